import { describe, expect, test } from 'vitest';
import {
  dayOf,
  Engine,
  fingerprints,
  parseKey,
  StoreUnavailable,
  TemporarilyUnavailable,
  type Call,
  type IdempotencyError,
  type Operation,
  type Policy,
  type Retention,
  type Settled,
  type Store,
} from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import { storeWith, testPolicy } from './contract-bench.ts';
import { makeKey } from './keys.ts';

const DAY_MS = 24 * 3_600_000;

/** A store that forgets: empty, and ready for keys of the last twelve days. */
export interface RetentionUnderTest<Tx> extends AsyncDisposable {
  readonly store: Store<Tx>;
  readonly retention: Retention;
  /** One more, as in another process. */
  another(): Retention;
}

/** Window and grace, as long as in the shop. */
const KEYS_OLDER_THAN_MS = 4 * DAY_MS;

/** The policy under which old keys were claimed: as if it were still that day. */
const thenPolicy: Policy = { ...testPolicy, windowBackMs: 30 * DAY_MS };

/** What every implementation of `Retention` promises, tried on one. */
export function retentionContract<Tx>(name: string, setUp: () => Promise<RetentionUnderTest<Tx>>): void {
  const call = (key: string, policy: Policy): Call => ({
    key: parseKey(key),
    scope: 'customer-1',
    principal: 'customer-1',
    procedure: 'test.buy',
    policy,
    fingerprints: fingerprints(nodePorts, policy, { n: 1 }, { n: 1 }),
    input: '{"n":1}',
  });
  const keyOf = (daysAgo: number) => makeKey(Date.now() - daysAgo * DAY_MS);
  const dayAgo = (daysAgo: number) => dayOf(Date.now() - daysAgo * DAY_MS);
  const text = (settled: Settled | null) =>
    settled && 'text' in settled.outcome ? settled.outcome.text : null;
  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      (value) => ({ resolved: value }),
      (error: unknown) => error as IdempotencyError,
    );

  /** A mutation that counts its executions. */
  const counting = () => {
    const counted = { executions: 0 };
    const mutation = (operation: Operation<Tx>) =>
      operation.settle(() => Promise.resolve({ execution: ++counted.executions }));
    return { counted, mutation };
  };

  /** Leaves an operation unsettled: its holder gave it back after the first step. */
  const leaveUnsettled = async (engine: Engine<Tx>, key: string) => {
    const left = await refusal(
      engine.run(call(key, thenPolicy), async (operation) => {
        await operation.transact('reserve', () => Promise.resolve('reserved'));
        throw new TemporarilyUnavailable('not now');
      }),
    );
    expect(left).toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' });
  };

  const complete = async (engine: Engine<Tx>, key: string): Promise<Settled> => {
    const id = { key, scope: 'customer-1', procedure: 'test.buy' };
    for (let round = 0; round < 200; round++) {
      const due = await engine.abandoned(100);
      const settled =
        due.some((abandoned) => abandoned.key === key) &&
        (await engine.complete(id, {
          policy: testPolicy,
          resume: (operation) => operation.settle(() => Promise.resolve('finished')),
        }));
      if (settled) return settled;
      await nodePorts.sleep(5);
    }
    throw new Error('It never became due');
  };

  describe(`forgetting, on ${name}`, () => {
    const engineOn = (store: Store<Tx>) => new Engine<Tx>({ store, ports: nodePorts });

    test('what is settled and old is forgotten, and its key is refused as expired, with the server’s time', async () => {
      await using under = await setUp();
      const engine = engineOn(under.store);
      const { counted, mutation } = counting();
      const key = keyOf(10);
      await engine.run(call(key, thenPolicy), mutation);
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toEqual({
        days: [dayAgo(10)],
        forgotten: 1,
        kept: 0,
        postponed: [],
      });
      const late = await refusal(engine.run(call(key, testPolicy), mutation));
      expect(late).toMatchObject({ code: 'IDEMPOTENCY_KEY_EXPIRED' });
      const { serverTime } = late as IdempotencyError;
      expect(Math.abs((serverTime?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(await engine.inquire(call(key, testPolicy))).toMatchObject({
        state: 'expired',
        definite: false,
      });
      expect(counted.executions).toBe(1);
    });

    test('a second round finds nothing more to forget', async () => {
      await using under = await setUp();
      await engineOn(under.store).run(call(keyOf(10), thenPolicy), counting().mutation);
      await under.retention.purge(KEYS_OLDER_THAN_MS);
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toEqual({
        days: [],
        forgotten: 0,
        kept: 0,
        postponed: [],
      });
    });

    test('what is young is left alone: a key inside the window still replays the same bytes', async () => {
      await using under = await setUp();
      const engine = engineOn(under.store);
      const { counted, mutation } = counting();
      // Of the window's last hour, of the grace's last hour, and of today.
      const ages = [testPolicy.windowBackMs - 3_600_000, KEYS_OLDER_THAN_MS - 3_600_000, 0];
      const keys = ages.map((ageMs) => makeKey(Date.now() - ageMs));
      const before = [];
      for (const key of keys) before.push(text(await engine.run(call(key, thenPolicy), mutation)));
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({ forgotten: 0, kept: 0 });
      const after = [];
      for (const key of keys) after.push(text(await engine.run(call(key, thenPolicy), mutation)));
      expect(after).toEqual(before);
      expect(counted.executions).toBe(keys.length);
    });

    test('hazard 18: what is unsettled stays, is finished by the completer, and goes in a later round', async () => {
      await using under = await setUp();
      const engine = engineOn(under.store);
      const key = keyOf(10);
      await engine.run(call(keyOf(10), thenPolicy), counting().mutation);
      await leaveUnsettled(engine, key);
      const { record: before } = await under.store.read({ key, scope: 'customer-1', procedure: 'test.buy' });
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toEqual({
        days: [dayAgo(10)],
        forgotten: 1,
        kept: 1,
        postponed: [],
      });
      const { record: after } = await under.store.read({ key, scope: 'customer-1', procedure: 'test.buy' });
      expect(after).toEqual(before);
      expect(await engine.inquire(call(key, testPolicy))).toMatchObject({ state: 'running' });
      expect(text(await complete(engine, key))).toBe('"finished"');
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({ forgotten: 1, kept: 0 });
      expect(await engine.inquire(call(key, testPolicy))).toMatchObject({ state: 'expired' });
    });

    test('hazard 18: what is stuck stays for its operator, however often the round comes', async () => {
      await using under = await setUp();
      const engine = engineOn(under.store);
      const key = keyOf(11);
      const id = { key, scope: 'customer-1', procedure: 'test.buy' };
      await leaveUnsettled(engine, key);
      const { record } = await under.store.read(id);
      if (record === null) throw new Error('no record');
      expect(await under.store.release(id, record, { state: 'stuck', retryInMs: 0 })).toBe(true);
      for (let round = 0; round < 3; round++)
        expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({ forgotten: 0, kept: 1 });
      expect(await engine.inquire(call(key, testPolicy))).toMatchObject({ state: 'stuck' });
    });

    test('hazard 18: a purge in the middle of an operation neither stops it nor runs it twice', async () => {
      await using under = await setUp();
      const engine = engineOn(under.store);
      const key = keyOf(10);
      const inRemote = Promise.withResolvers<void>();
      const answerNow = Promise.withResolvers<void>();
      let settles = 0;
      const running = engine.run(call(key, thenPolicy), async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', () => {
          inRemote.resolve();
          return answerNow.promise;
        });
        return operation.settle(() => Promise.resolve(++settles));
      });
      await inRemote.promise;
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({ forgotten: 0, kept: 1 });
      answerNow.resolve();
      expect(text(await running)).toBe('1');
      expect(settles).toBe(1);
    });

    test('hazard 31: a copy that comes after its record is forgotten is expired, not a second execution', async () => {
      await using under = await setUp();
      const engine = engineOn(under.store);
      const { counted, mutation } = counting();
      const key = keyOf(10);
      await leaveUnsettled(engine, keyOf(10));
      await engine.run(call(key, thenPolicy), mutation);
      await under.retention.purge(KEYS_OLDER_THAN_MS);
      const late = await Promise.all(
        [1, 2, 3].map(() => refusal(engineOn(under.store).run(call(key, testPolicy), mutation))),
      );
      expect(late.map((error) => (error as IdempotencyError).code)).toEqual(
        Array.from({ length: 3 }, () => 'IDEMPOTENCY_KEY_EXPIRED'),
      );
      // Nor can it be closed: that would be a claim, too.
      expect(await engine.close(call(key, testPolicy))).toMatchObject({ state: 'expired', definite: false });
      expect(counted.executions).toBe(1);
    });

    const days = [
      ['whose other records are all gone', false],
      ['of which an unsettled record was kept', true],
    ] as const;

    test.each(days)(
      'hazard 44: a request that was admitted, then paused past the purge of a day %s, doesn’t execute',
      async (_, withUnsettled) => {
        await using under = await setUp();
        const { counted, mutation } = counting();
        const key = keyOf(10);
        if (withUnsettled) await leaveUnsettled(engineOn(under.store), keyOf(10));

        // The window is a property of the policy here, since a real store's clock can't be moved.
        const window = { backMs: thenPolicy.windowBackMs };
        const policy = Object.defineProperty({ ...testPolicy }, 'windowBackMs', { get: () => window.backMs });
        const wake = Promise.withResolvers<void>();
        const paused: Store<Tx> = {
          ...storeWith(under.store),
          transaction: async (work) => {
            await wake.promise;
            return under.store.transaction(work);
          },
        };
        const admitted = refusal(engineOn(paused).run(call(key, policy), mutation));
        await engineOn(under.store).run(call(key, policy), mutation);
        window.backMs = testPolicy.windowBackMs;
        await under.retention.purge(KEYS_OLDER_THAN_MS);
        wake.resolve();
        expect(await admitted).toMatchObject({ code: 'IDEMPOTENCY_KEY_EXPIRED' });
        expect(counted.executions).toBe(1);
      },
    );

    test.each(days)(
      'hazard 44: not even a clock that was set back lets a key of a forgotten day %s execute',
      async (_, withUnsettled) => {
        await using under = await setUp();
        const engine = engineOn(under.store);
        const { counted, mutation } = counting();
        const key = keyOf(10);
        const unsettled = keyOf(10);
        if (withUnsettled) await leaveUnsettled(engine, unsettled);
        await engine.run(call(key, thenPolicy), mutation);
        await under.retention.purge(KEYS_OLDER_THAN_MS);
        // By that clock the window is still open.
        const late = await refusal(engine.run(call(key, thenPolicy), mutation));
        expect(late).toMatchObject({ code: 'STORE_UNAVAILABLE' });
        expect((late as IdempotencyError).cause).toBeInstanceOf(StoreUnavailable);
        expect(counted.executions).toBe(1);
        const finished = withUnsettled ? text(await complete(engine, unsettled)) : '"finished"';
        expect(finished).toBe('"finished"');
      },
    );

    test('two rounds at once forget each record once, and lose none that is unsettled', async () => {
      await using under = await setUp();
      const engine = engineOn(under.store);
      const unsettled: string[] = [];
      for (const daysAgo of [8, 9, 10]) {
        for (let count = 0; count < 3; count++)
          await engine.run(call(keyOf(daysAgo), thenPolicy), counting().mutation);
        const key = keyOf(daysAgo);
        await leaveUnsettled(engine, key);
        unsettled.push(key);
      }
      const rounds = await Promise.all(
        [under.retention, under.another(), under.another()].map((retention) =>
          retention.purge(KEYS_OLDER_THAN_MS),
        ),
      );
      expect(rounds.reduce((sum, { forgotten }) => sum + forgotten, 0)).toBe(9);
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toEqual({
        days: [],
        forgotten: 0,
        kept: 3,
        postponed: [],
      });
      for (const key of unsettled) expect(text(await complete(engine, key))).toBe('"finished"');
    });
  });
}
