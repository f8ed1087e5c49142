import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { liftEngine } from './lift-engine.ts';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** A fraction of these would mean that most of them were not found. */
const TESTS_AT_LEAST = 200;

let lifted: string;

/** Outside the repository, with the packages that it names and no others. */
beforeAll(() => {
  lifted = mkdtempSync(join(tmpdir(), 'lifted-'));
  for (const name of liftEngine(lifted)) {
    const link = join(lifted, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(MODULES, name), link);
  }
});
afterAll(() => {
  rmSync(lifted, { recursive: true });
});

test('lifted out of the project, the engine compiles with nothing else of it', async () => {
  expect(await run('typescript/bin/tsc', [])).toEqual({ status: 0, output: '' });
});

test('… and would not, if it needed anything else', async () => {
  const part = join(lifted, 'src/core/problem.ts');
  appendFileSync(part, `\nexport { limits } from '../../limits.ts';\n`);
  const { status, output } = await run('typescript/bin/tsc', []);
  liftEngine(lifted);
  expect(status).not.toBe(0);
  expect(output).toContain('limits.ts');
});

test('… and passes its tests there, on the memory store and on Postgres', { timeout: 300_000 }, async () => {
  // The command line would download an engine that `generate` doesn't use.
  const environment = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' };
  const generate = ['generate', '--no-hints', '--schema', 'test/schema.prisma'];
  expect(await run('prisma/build/index.js', generate, environment)).toMatchObject({ status: 0 });
  const report = join(lifted, 'report.json');
  const { status, output } = await run(
    'vitest/vitest.mjs',
    // Of the long ones the project's own run is enough.
    [
      'run',
      '--exclude=**/purge-under-load*',
      '--exclude=**/interleavings.integration*',
      '--exclude=**/retention.integration*',
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    { TEST_DATABASE_URL: inject('engineTests').serverUrl },
  );
  expect(status === 0 ? 'passed' : output).toBe('passed');
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    testResults: { name: string }[];
  };
  expect(numFailedTests).toBe(0);
  expect(numPassedTests).toBeGreaterThan(TESTS_AT_LEAST);
  const files = testResults.map(({ name }) => name.slice(lifted.length + 1));
  expect(files).toEqual(
    expect.arrayContaining([
      'src/testing/memory-store.test.ts',
      'src/prisma/prisma-store.integration.test.ts',
    ]),
  );
});

/** Runs a program of a package in the lifted copy. */
function run(
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ status: number | null; output: string }> {
  // Nothing of this run's environment: vitest would take itself for its own child.
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join('node_modules', program), ...args], {
    cwd: lifted,
    env: { NODE_ENV: 'test', PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const take = (chunk: string) => {
    output += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status, output });
    });
  });
}
