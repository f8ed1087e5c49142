import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cleanRun } from '../testing/clean-run.ts';
import { HandMade } from '../testing/hand-made.ts';
import { runChecker } from './checker.ts';
import { CHECKERS } from './index.ts';
import { CHECKER_NAMES, CORE_CHECKERS } from './name.ts';

describe('all checkers', () => {
  test('are those that have a name', () => {
    expect(CHECKERS.map(({ name }) => name).toSorted()).toEqual([...CHECKER_NAMES].toSorted());
  });

  test.each(CHECKERS)('$name stands in the README with its invariant', ({ name, invariant }) => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
    const core = CORE_CHECKERS.includes(name) ? 'yes' : '';
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows).toContainEqual(['', `\`${name}\``, invariant, core, '']);
  });

  test.each(CHECKERS)('$name finds nothing in a clean run, and its premise held there', (checker) => {
    const run = cleanRun();
    const report = runChecker(checker, run.history, run.state);
    expect(report).toMatchObject({ verdict: 'valid', violations: [], reason: null });
    expect(report.premise).toBeGreaterThan(0);
  });

  test.each(CHECKERS)('$name is unknown when nothing happened', (checker) => {
    const run = new HandMade();
    run.healed();
    expect(runChecker(checker, run.history, run.state)).toMatchObject({
      verdict: 'unknown',
      premise: 0,
      unknownFor: 'vacuous',
    });
  });

  test('a checker that crashes is unknown', () => {
    const run = cleanRun();
    const crashing = {
      name: 'money-balances' as const,
      invariant: '',
      check: () => {
        throw new Error('no such column');
      },
    };
    expect(runChecker(crashing, run.history, run.state)).toMatchObject({
      verdict: 'unknown',
      unknownFor: 'crash',
      reason: 'the checker crashed: no such column',
    });
  });
});
