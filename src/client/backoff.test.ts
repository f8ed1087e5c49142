import { expect, test } from 'vitest';
import { nextPauseMs } from './backoff.ts';
import type { Failure } from './failure.ts';
import { limits } from './testing/tab.ts';

const lost: Failure = {
  reason: 'network',
  retryable: true,
  retryAfterMs: null,
  code: null,
  operationId: null,
};
const roomy = { ...limits, maxAttempts: 100 };
const almostOne = () => 0.999_999;

test('the ceiling of the pause doubles up to the cap, and the pause is anything below it', () => {
  const ceilings = [1, 2, 3, 4, 5, 6].map((n) =>
    Math.round(nextPauseMs(lost, n, 10_000, roomy, almostOne) ?? -1),
  );
  expect(ceilings).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(nextPauseMs(lost, 3, 10_000, roomy, () => 0)).toBe(0);
});

test('what the server asked for comes first: never earlier, a little later', () => {
  const asked = { ...lost, retryAfterMs: 3_000 };
  expect(nextPauseMs(asked, 1, 10_000, roomy, () => 0)).toBe(3_000);
  expect(nextPauseMs(asked, 1, 10_000, roomy, () => 0.5)).toBe(3_050);
});

test.each([
  ['the failure calls for none', { ...lost, retryable: false }, 1, 10_000],
  ['the attempts are used up', lost, limits.maxAttempts, 10_000],
  ['the pause would outlast the budget', { ...lost, retryAfterMs: 5_000 }, 1, 5_000],
  ['the budget is used up', lost, 1, 0],
] as const)('there is no further attempt when %s', (_why, failure, attempts, remainingMs) => {
  expect(nextPauseMs(failure, attempts, remainingMs, limits, () => 0)).toBeNull();
});
