import { expect, test } from 'vitest';
import { keepLease } from './lease.ts';

const policy = { leaseMs: 300, renewalDeadlineMs: 1_000 };
const id = { key: 'k', scope: 's', procedure: 'p' };
const claim = { fence: 1, holder: 'h' };

/** A holder in a time of its own, whose `answers` say how each renewal ends. */
function holder(answers: (renewal: number) => Promise<boolean>) {
  let nowMs = 5_000;
  let asleep = Promise.withResolvers<void>();
  let wake = () => {};
  const renewals: number[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const stop = keepLease(
    {
      renew: (...asked) => {
        expect(asked).toEqual([id, claim, policy.leaseMs]);
        renewals.push(nowMs - 5_000);
        return answers(renewals.length);
      },
    },
    {
      monotonicMs: () => nowMs,
      sleep: (ms, signal) => {
        signals.push(signal);
        const sleep = Promise.withResolvers<void>();
        wake = () => {
          nowMs += ms;
          sleep.resolve();
        };
        asleep.resolve();
        return sleep.promise;
      },
    },
    policy,
    id,
    claim,
  );
  /** Lets so many pauses pass, as far as there are any. */
  const pass = async (pauses: number): Promise<void> => {
    for (let pause = 0; pause < pauses; pause++) {
      await Promise.race([asleep.promise, settled()]);
      asleep = Promise.withResolvers<void>();
      const awaken = wake;
      wake = () => {};
      awaken();
    }
    await settled();
  };
  return { stop, pass, renewals, signals };
}

/** Everything that was to happen at this moment has. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a lease is renewed three times in its length, until the deadline', async () => {
  const { pass, renewals } = holder(() => Promise.resolve(true));
  await pass(20);
  expect(renewals).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
});

test('a renewal that fails is no reason to stop', async () => {
  const { pass, renewals } = holder(() => Promise.reject(new Error('the store is away')));
  await pass(3);
  expect(renewals).toEqual([100, 200, 300]);
});

test('a lease that was lost is renewed no more', async () => {
  const { pass, renewals } = holder((renewal) => Promise.resolve(renewal < 2));
  await pass(5);
  expect(renewals).toEqual([100, 200]);
});

test('a holder that has finished renews no more, and its pause ends at once', async () => {
  const { pass, stop, renewals, signals } = holder(() => Promise.resolve(true));
  await pass(1);
  stop();
  expect(signals.at(-1)?.aborted).toBe(true);
  await pass(3);
  expect(renewals).toEqual([100]);
});
