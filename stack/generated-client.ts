import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath } from './build-cache.ts';
import { runCommand } from './command.ts';
import { contentHash } from './content-hash.ts';
import { Lock } from './lock.ts';
import { silent, type Progress } from './progress.ts';
import { REPOSITORY } from './repository.ts';

interface Client {
  readonly schema: string;
  readonly output: string;
  /** Names the file that tells of which schema the client is. */
  readonly stamp: string;
}

const CLIENTS: readonly Client[] = [
  { schema: 'prisma/schema.prisma', output: 'src/database/generated', stamp: 'generated' },
  {
    schema: 'examples/prisma-postgres/schema.prisma',
    output: 'examples/prisma-postgres/generated',
    stamp: 'generated-example',
  },
];

const LOCK_LIMIT_MS = 120_000;

/** Makes each of Prisma's clients from its schema, unless it is there and of that schema. */
export async function ensureGenerated(say: Progress = silent): Promise<void> {
  using lock = await Lock.take(cachePath('generate.lock'), LOCK_LIMIT_MS);
  if (!lock) throw new Error(`Another 'prisma generate' has been running for ${LOCK_LIMIT_MS} ms.`);
  // An image of the shop is built without the examples.
  for (const client of CLIENTS)
    if (existsSync(join(REPOSITORY, client.schema)) && !isGenerated(client)) await generate(client, say);
}

function isGenerated({ schema, output, stamp }: Client): boolean {
  const path = cachePath(stamp);
  if (!existsSync(join(REPOSITORY, output)) || !existsSync(path)) return false;
  return readFileSync(path, 'utf8') === keyOf(schema);
}

async function generate({ schema, stamp }: Client, say: Progress): Promise<void> {
  const key = keyOf(schema);
  say('generating the database client');
  const command = ['node_modules/prisma/build/index.js', 'generate', '--no-hints', '--schema', schema];
  await runCommand(process.execPath, command, {
    // The command line would download the schema engine, which `generate` doesn't use. That it names some
    // existing program is enough. (Never for `migrate`: it would report success and do nothing.)
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  });
  writeFileSync(cachePath(stamp), key);
}

function keyOf(schema: string): string {
  return contentHash([schema, 'package-lock.json']);
}
