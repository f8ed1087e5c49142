/** Builds the shop: `node stack/build.ts [production] [chaos]`, both when none is named. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath } from './build-cache.ts';
import { runCommand } from './command.ts';
import { contentHash } from './content-hash.ts';
import { ensureGenerated } from './generated-client.ts';
import { Lock } from './lock.ts';
import { silent, toTerminal, type Progress } from './progress.ts';
import { REPOSITORY } from './repository.ts';

/** `chaos` is the shop with a seam in it, through which it can be sabotaged. @see next.config.js */
export type Build = 'production' | 'chaos';

const OUTPUT: Record<Build, string> = { production: '.next', chaos: '.next-chaos' };

/** Whatever can change what comes out. */
const INPUTS = [
  'src',
  'public',
  'prisma/schema.prisma',
  'package-lock.json',
  'next.config.js',
  'postcss.config.mjs',
];
const SETTINGS = ['tsconfig.json', 'tsconfig.web.json', 'tsconfig.chaos.json'];

const BUILD_LIMIT_MS = 600_000;

/** Makes a build, unless there is one of exactly these sources. */
export async function ensureBuilt(build: Build, say: Progress = silent): Promise<void> {
  await ensureGenerated(say);
  if (isBuilt(build)) return;
  // One after the other: both write next-env.d.ts, and a build wants the whole machine.
  using lock = await Lock.take(cachePath('build.lock'), BUILD_LIMIT_MS);
  if (!lock) throw new Error(`Another build has been running for ${BUILD_LIMIT_MS} ms.`);
  if (isBuilt(build)) return;

  // Taken before the build: what changes while it runs must count as not yet built.
  const key = buildKey();
  const startedAt = Date.now();
  say(`building the shop (${build})`);
  await runCommand(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    env: { ...process.env, NODE_ENV: 'production', BUILD: build, NEXT_TELEMETRY_DISABLED: '1' },
    limit_ms: BUILD_LIMIT_MS,
  });
  writeFileSync(stampPath(build), stamp(build, key));
  say(`built (${build}) in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** Whether there is a build of exactly these sources. */
export function isBuilt(build: Build): boolean {
  return existsSync(stampPath(build)) && readFileSync(stampPath(build), 'utf8') === stamp(build, buildKey());
}

/** Names the output as well as its sources: `next build` by hand makes another output, and keeps this file. */
function stamp(build: Build, key: string): string {
  const idPath = join(REPOSITORY, OUTPUT[build], 'BUILD_ID');
  return `${key} ${existsSync(idPath) ? readFileSync(idPath, 'utf8') : 'unfinished'}`;
}

const buildKey = (): string => contentHash([...INPUTS, ...SETTINGS]);

/** In the output itself: it goes when the output goes. */
const stampPath = (build: Build): string => join(REPOSITORY, OUTPUT[build], 'built-from');

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !Object.hasOwn(OUTPUT, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no build ${unknown.join(', ')}; there are: ${Object.keys(OUTPUT).join(', ')}.\n`,
    );
    process.exit(2);
  }
  for (const build of Object.keys(OUTPUT) as Build[]) {
    if (wanted.length > 0 && !wanted.includes(build)) continue;
    await ensureBuilt(build, toTerminal).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    });
  }
}
