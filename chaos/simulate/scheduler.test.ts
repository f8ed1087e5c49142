import { describe, expect, test } from 'vitest';
import { randomStream } from '../random.ts';
import { Scheduler } from './scheduler.ts';

const NO_LIMIT = 1_000;

function withSeed(seed: string): Scheduler {
  return new Scheduler(randomStream(seed, 'order'));
}

/** The order in which appointments of the same millisecond are kept. */
async function orderOf(seed: string): Promise<string> {
  const scheduler = withSeed(seed);
  let order = '';
  for (const name of 'abcdefgh') scheduler.after(5, () => (order += name));
  await scheduler.run(() => false, NO_LIMIT);
  return order;
}

describe('the scheduler', () => {
  test('keeps appointments by their time, whatever the order in which they were made', async () => {
    const scheduler = withSeed('any');
    const kept: number[] = [];
    for (const ms of [30, 10, 20, 0, 15.5]) scheduler.after(ms, () => kept.push(scheduler.nowMs));
    expect(await scheduler.run(() => false, NO_LIMIT)).toBe('idle');
    expect(kept).toEqual([0, 10, 16, 20, 30]);
  });

  test('draws the order of what is due at once from the seed', async () => {
    expect(await orderOf('one')).toBe(await orderOf('one'));
    expect((await orderOf('one')).split('').toSorted().join('')).toBe('abcdefgh');
    const orders = new Set(await Promise.all(['one', 'two', 'three', 'four'].map(orderOf)));
    expect(orders.size).toBeGreaterThan(1);
  });

  test('lets everything that follows from one appointment happen before the next', async () => {
    const scheduler = withSeed('any');
    let followed = 0;
    scheduler.after(1, () => {
      void (async () => {
        for (let hop = 0; hop < 50; hop++) await Promise.resolve();
        followed = scheduler.nowMs;
      })();
    });
    scheduler.after(2, () => undefined);
    await scheduler.run(() => false, NO_LIMIT);
    expect(followed).toBe(1);
  });

  test('doesn’t keep what was called off', async () => {
    const scheduler = withSeed('any');
    const callOff = scheduler.after(1, () => {
      throw new Error('must not happen');
    });
    callOff();
    expect(await scheduler.run(() => false, NO_LIMIT)).toBe('idle');
    expect(scheduler.kept).toBe(0);
  });

  test('stops when it is told to, and says when it went in circles', async () => {
    const scheduler = withSeed('any');
    const again = () => void scheduler.after(1, again);
    again();
    expect(await scheduler.run(() => scheduler.nowMs >= 7, NO_LIMIT)).toBe('over');
    expect(scheduler.nowMs).toBe(7);
    expect(await scheduler.run(() => false, 10)).toBe('limit');
    expect(scheduler.nowMs).toBe(17);
  });
});
