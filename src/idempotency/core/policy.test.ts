import { expect, test } from 'vitest';
import { backoffMs, defaultPolicy } from './policy.ts';
import { policy } from './testing/records.ts';

test('the pause before the next try doubles from base to cap', () => {
  const pauses = Array.from({ length: 8 }, (_, tries) => backoffMs(policy, tries));
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('a try beyond counting has a pause all the same', () => {
  const endless = { ...policy, backoffCapMs: Infinity };
  expect(backoffMs(endless, 5_000)).toBe(250 * 2 ** 20);
});

/** It is published: callers keep keys for so long, and set their timeouts by it. */
test('the policy to start from is what it was', () => {
  expect(defaultPolicy).toEqual({
    version: 1,
    windowBackMs: 259_200_000,
    windowAheadMs: 300_000,
    leaseMs: 5_000,
    renewalDeadlineMs: 30_000,
    joinMs: 3_000,
    maxTries: 20,
    backoffBaseMs: 250,
    backoffCapMs: 10_000,
    storedRefusals: [],
    retryAdvice: 'Send the same call with the same key until the answer is definite.',
    compensation: 'None.',
  });
});
