import { describe, expect, it } from 'vitest';
import { closingLine, countChaos, countMutants, countPlaywright, countVitest, judge } from './suite.ts';

describe('judge', () => {
  it.each([
    ['a green suite', 0, { passed: 3, failed: 0, skipped: 1 }, { passed: 3, failed: 0, skipped: 1 }],
    ['a red suite', 1, { passed: 2, failed: 1, skipped: 0 }, { passed: 2, failed: 1, skipped: 0 }],
    [
      'a failure outside of any test',
      1,
      { passed: 3, failed: 0, skipped: 0 },
      { passed: 3, failed: 1, skipped: 0 },
    ],
    [
      'a suite that ran nothing',
      0,
      { passed: 0, failed: 0, skipped: 4 },
      { passed: 0, failed: 1, skipped: 4 },
    ],
    ['a suite without a report', 0, null, { passed: 0, failed: 1, skipped: 0 }],
    [
      'a suite ended by a signal',
      null,
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 1, failed: 1, skipped: 0 },
    ],
  ])('%s', (_, exitCode, reported, judged) => {
    expect(judge(exitCode, reported)).toEqual(judged);
  });
});

it('counts a vitest file that does not load as a failure', () => {
  const report = {
    numPassedTests: 4,
    numFailedTests: 0,
    numFailedTestSuites: 1,
    numPendingTests: 0,
    numTodoTests: 0,
  };
  expect(countVitest(report)).toEqual({ passed: 4, failed: 1, skipped: 0 });
});

it('counts a flaky browser test as failed', () => {
  expect(countPlaywright({ stats: { expected: 5, unexpected: 0, flaky: 1, skipped: 0 } })).toMatchObject({
    failed: 1,
  });
});

it('counts an unknown verdict as failed', () => {
  const report = { scenarios: [{ verdict: 'valid' }, { verdict: 'unknown' }, { verdict: 'invalid' }] };
  expect(countChaos(report)).toEqual({ passed: 1, failed: 2, skipped: 0 });
});

it('counts a mutant that lived, and a scenario that the shop failed, as failed', () => {
  const report = {
    mutants: [{ killed: true }, { killed: false }],
    clean: [{ verdict: 'valid' }, { verdict: 'unknown' }],
  };
  expect(countMutants(report)).toEqual({ passed: 2, failed: 2, skipped: 0 });
});

it('closes with the line that CI reads', () => {
  expect(closingLine({ passed: 2, failed: 0, skipped: 0 })).toBe('2 passed, 0 failed');
  expect(closingLine({ passed: 2, failed: 1, skipped: 3 })).toBe('2 passed, 1 failed, 3 skipped');
});
