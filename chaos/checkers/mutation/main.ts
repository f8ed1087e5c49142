/**
 * Breaks each checker in many ways, one at a time, and runs its own tests on it: the hand-made histories that
 * hold exactly one violation. A broken checker that passes them all would be believed.
 *
 *   node chaos/checkers/mutation/main.ts [--slips] [checker…]
 *
 * Prints JSON: how many were tried, and those that nobody noticed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { CHECKER_NAMES } from '../name.ts';
import { blind, silences, slips } from './mutations.ts';
import type { Mutation } from './mutations.ts';

const CHECKERS = join(import.meta.dirname, '..');
const ROOT = join(CHECKERS, '../..');

const wanted = process.argv.slice(2).filter((argument) => argument !== '--slips');
const withSlips = process.argv.includes('--slips');

let current: Mutation | null = null;
const vitest = await createVitest(
  {
    config: false,
    root: ROOT,
    watch: false,
    include: ['chaos/checkers/*.test.ts'],
    reporters: [{}],
    // The mutated module must be the one that is loaded: nothing may be kept of the last run.
    fsModuleCache: false,
    maxWorkers: 1,
  },
  {
    plugins: [
      {
        name: 'mutation',
        enforce: 'pre',
        transform(code, id) {
          if (current === null || id !== join(CHECKERS, current.file)) return undefined;
          return { code: current.apply(code), map: null };
        },
      },
    ],
  },
);
const specifications = await vitest.globTestSpecifications();

/** How many tests failed. None that ran is an error: they must have been tried. */
async function failures(file: string, specification: TestSpecification): Promise<number> {
  vitest.invalidateFile(join(CHECKERS, file));
  const run = await vitest.runTestSpecifications([specification]);
  // The runs before are among its results.
  const testModules = run.testModules.filter(({ moduleId }) => moduleId === specification.moduleId);
  const tests = testModules.flatMap((module) => [...module.children.allTests()]);
  const broken = testModules.filter((module) => module.errors().length > 0).length;
  if (tests.length === 0 && broken === 0) throw new Error(`no test of ${file} ran`);
  return (
    tests.filter((test) => test.result().state === 'failed').length + broken + run.unhandledErrors.length
  );
}

let tried = 0;
const unnoticed: { checker: string; what: string }[] = [];
for (const checker of CHECKER_NAMES) {
  if (wanted.length > 0 && !wanted.includes(checker)) continue;
  const file = `${checker}.ts`;
  const specification = specifications.find(({ moduleId }) => moduleId.endsWith(`/${checker}.test.ts`));
  if (specification === undefined) throw new Error(`${checker} has no test`);
  if ((await failures(file, specification)) > 0) throw new Error(`${checker} fails its tests as it is`);
  const source = readFileSync(join(CHECKERS, file), 'utf8');
  for (const mutation of [
    blind(file),
    ...silences(file, source),
    ...(withSlips ? slips(file, source) : []),
  ]) {
    current = mutation;
    tried += 1;
    if ((await failures(file, specification)) === 0) unnoticed.push({ checker, what: mutation.what });
    current = null;
  }
  // The next one's tests load all checkers.
  vitest.invalidateFile(join(CHECKERS, file));
}
await vitest.close();
process.stdout.write(`${JSON.stringify({ tried, unnoticed }, null, 1)}\n`);
process.exit(0);
