import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath } from './build-cache.ts';
import { runCommand } from './command.ts';
import { contentHash } from './content-hash.ts';
import { Lock } from './lock.ts';
import { silent, type Progress } from './progress.ts';
import { REPOSITORY } from './repository.ts';

const OUTPUT = 'src/database/generated';
const LOCK_LIMIT_MS = 120_000;

/** Makes Prisma's client from `schema.prisma`, unless it is there and of that schema. */
export async function ensureGenerated(say: Progress = silent): Promise<void> {
  using lock = await Lock.take(cachePath('generate.lock'), LOCK_LIMIT_MS);
  if (!lock) throw new Error(`Another 'prisma generate' has been running for ${LOCK_LIMIT_MS} ms.`);
  const stamp = cachePath('generated');
  const key = contentHash(['prisma/schema.prisma', 'package-lock.json']);
  if (existsSync(join(REPOSITORY, OUTPUT)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key)
    return;
  say('generating the database client');
  await runCommand(process.execPath, ['node_modules/prisma/build/index.js', 'generate', '--no-hints'], {
    // The command line would download the schema engine, which `generate` doesn't use. That it names some
    // existing program is enough. (Never for `migrate`: it would report success and do nothing.)
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  });
  writeFileSync(stamp, key);
}
