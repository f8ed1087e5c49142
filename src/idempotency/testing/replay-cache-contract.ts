import { describe, expect, test } from 'vitest';
import { ReplayCache, type Store } from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import {
  callOf,
  mustNotRun,
  no,
  refused,
  settingOf,
  storeWith,
  testPolicy,
  textOf,
  type StoreUnderTest,
} from './contract-bench.ts';
import { makeKey } from './keys.ts';

const HOUR_MS = 3_600_000;

/** The cache may save round trips and nothing else: every question is decided as if it weren't there. */
export function replayCacheContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  /** An engine with a cache that holds one answer; its store counts what it's asked. */
  const warm = async (idempotencyKey = makeKey(), policy = testPolicy) => {
    const setting = await settingOf(setUp);
    const asked = { count: 0 };
    const counted: Store<Tx> = {
      ...storeWith(setting.store),
      transaction: (work) => {
        asked.count++;
        return setting.store.transaction(work);
      },
      read: (id) => {
        asked.count++;
        return setting.store.read(id);
      },
    };
    const clock = { aheadMs: 0 };
    const ports = { ...nodePorts, monotonicMs: () => nodePorts.monotonicMs() + clock.aheadMs };
    const cached = setting.node({
      store: counted,
      ports,
      replayCache: new ReplayCache({ maxBytes: 10_000 }),
    });
    const call = callOf({ idempotencyKey, policy });
    const first = await setting.engine.run(call, (operation) =>
      operation.settle(() => Promise.resolve('done')),
    );
    await cached.run(call, mustNotRun);
    asked.count = 0;
    return { ...setting, cached, call, first, asked, clock };
  };

  describe(`the replay cache on ${name}`, () => {
    test('answers a repeated replay with the same bytes, without asking the store', async () => {
      const { cached, call, first, asked } = await warm();
      const again = await cached.run(call, mustNotRun);
      expect(again).toEqual({ ...first, replayed: true });
      expect(asked.count).toBe(0);
    });

    test('keeps refusals as well, and what was never replayed not at all', async () => {
      const { cached, asked } = await warm();
      const declined = callOf();
      await cached.run(declined, (operation) => operation.settle(() => Promise.reject(no())));
      asked.count = 0;
      await cached.run(declined, mustNotRun);
      expect(asked.count).toBeGreaterThan(0);
      asked.count = 0;
      expect(textOf(await cached.run(declined, mustNotRun))).toContain('"NO"');
      expect(asked.count).toBe(0);
    });

    test('hazard 21: another scope, procedure or principal gets nothing out of it', async () => {
      const { cached, call } = await warm();
      for (const other of [{ scope: 'customer-2' }, { procedure: 'test.sell' }]) {
        const fresh = await cached.run({ ...call, ...other }, (operation) =>
          operation.settle(() => Promise.resolve('own')),
        );
        expect(textOf(fresh)).toBe('"own"');
      }
      expect(await refused(cached.run({ ...call, principal: 'operator-1' }, mustNotRun))).toBe(
        'OPERATION_NOT_FOUND',
      );
    });

    test('hazard 23: other content is refused from it too', async () => {
      const { cached, call, asked } = await warm();
      const { fingerprints, input } = callOf({ body: { n: 2 } });
      expect(await refused(cached.run({ ...call, fingerprints, input }, mustNotRun))).toBe(
        'IDEMPOTENCY_KEY_REUSED',
      );
      expect(asked.count).toBe(0);
    });

    test('a key that leaves its window while its answer is cached is expired all the same', async () => {
      const { cached, call, clock } = await warm();
      clock.aheadMs = testPolicy.windowBackMs + HOUR_MS;
      expect(await refused(cached.run(call, mustNotRun))).toBe('IDEMPOTENCY_KEY_EXPIRED');
    });

    test('is bounded: the answer that was used least lately goes first', async () => {
      const { node } = await settingOf(setUp);
      const cache = new ReplayCache({ maxBytes: 2_000 });
      const engine = node({ replayCache: cache });
      const calls = Array.from({ length: 10 }, () => callOf());
      for (const call of calls) {
        await engine.run(call, (operation) => operation.settle(() => Promise.resolve('x')));
        await engine.run(call, mustNotRun);
        expect(cache.bytes).toBeLessThanOrEqual(2_000);
      }
      const huge = callOf();
      await engine.run(huge, (operation) => operation.settle(() => Promise.resolve('x'.repeat(5_000))));
      await engine.run(huge, mustNotRun);
      expect(cache.bytes).toBeLessThanOrEqual(2_000);
      expect(cache.bytes).toBeGreaterThan(1_000);
    });
  });
}
