import { describe, expect, test } from 'vitest';
import {
  OutcomeUnknown,
  StoreUnavailable,
  TemporarilyUnavailable,
  type Engine,
  type FailpointHit,
  type FailpointName,
  type Operation,
  type Policy,
  type Store,
} from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import {
  callOf,
  completeWhenDue,
  idOf,
  mustNotRun,
  refused,
  settingOf,
  storeWith,
  testPolicy,
  textOf,
  whenDue,
  withoutRenewals,
  type StoreUnderTest,
} from './contract-bench.ts';
import { makeKey } from './keys.ts';

/** Longer than any wait of a call that is allowed to wait, shorter than a wait for ever. */
const BOUNDED_MS = 8_000;

/** What a process that dies at a boundary leaves: everything before it, nothing after it. */
function dyingAt(point: FailpointName, step: string | null) {
  const died = Promise.withResolvers<void>();
  const failpoint = async (hit: FailpointHit): Promise<void> => {
    if (hit.point !== point || hit.step !== step) return;
    died.resolve();
    // Whoever is dead neither goes on nor fails.
    await new Promise<never>(() => undefined);
  };
  return { failpoint, died: died.promise };
}

/** The store, and when that many claims have been sent to it. */
function noticing<Tx>(store: Store<Tx>, claims: number): { store: Store<Tx>; begun: Promise<void> } {
  const begun = Promise.withResolvers<void>();
  let sent = 0;
  const transaction: Store<Tx>['transaction'] = (work) =>
    store.transaction((session) =>
      work({
        tx: session.tx,
        claim: (record) => {
          const claimed = session.claim(record);
          if (++sent === claims) begun.resolve();
          return claimed;
        },
        lock: (id) => session.lock(id),
        savepoint: (inner) => session.savepoint(inner),
        saveSteps: (id, claim, results, as) => session.saveSteps(id, claim, results, as),
        settle: (id, claim, settlement) => session.settle(id, claim, settlement),
      }),
    );
  return { store: { ...storeWith(store), transaction }, begun: begun.promise };
}

/** A remote side that tells its callers apart by the key they bring, as payment providers do. */
class Provider {
  readonly keys: string[] = [];

  charge(key: string): string {
    this.keys.push(key);
    return `charge of ${key}`;
  }

  /** How many charges a provider that honours its keys has made. */
  get charges(): number {
    return new Set(this.keys).size;
  }
}

/** Each is a bug that a real idempotency layer had; see `docs/hazards.md`. */
export function hazardsContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  const setting = async () => {
    const under = await settingOf(setUp);
    const provider = new Provider();
    let writes = 0;
    /** Reserves, charges, settles; `effect` is what its settlement wrote, with a count. */
    const purchase =
      (effect: string, options: { pause?: () => Promise<unknown> } = {}) =>
      async (operation: Operation<Tx>): Promise<unknown> => {
        const order = await operation.transact('reserve', () => Promise.resolve(operation.id));
        const charge = await operation.remote('charge', async ({ key }) => {
          const made = provider.charge(key);
          await options.pause?.();
          return made;
        });
        return operation.settle(async (tx) => {
          await under.write(tx, effect, `write ${++writes}`);
          return { order, charge };
        });
      };
    return { ...under, provider, purchase };
  };

  describe(`hazards on ${name}`, () => {
    test('hazard 3: the claim is durable before the charge, and whoever resumes charges with the same key', async () => {
      const { node, store, provider, purchase, committed } = await setting();
      const effect = makeKey();
      const call = callOf();
      // Dead between the charge and whatever would note it.
      const { failpoint, died } = dyingAt('after_remote', 'charge');
      void node({ store: withoutRenewals(store), failpoint }).run(call, purchase(effect));
      await died;
      expect((await store.read(idOf(call))).record).toMatchObject({ state: 'running', fence: 1 });
      const settled = await node().run(call, purchase(effect));
      expect(settled.outcome.kind).toBe('succeeded');
      expect(provider.keys).toHaveLength(2);
      expect(provider.charges).toBe(1);
      expect(await committed(effect)).toBe('write 1');
    });

    test('hazard 4: the outcome and its effects are one commit, so neither is there without the other', async () => {
      const { node, store, purchase, committed } = await setting();
      const effect = makeKey();
      const call = callOf();
      const seen: unknown[] = [];
      const look = async (hit: FailpointHit): Promise<void> => {
        if (hit.step !== 'settle' || (hit.point !== 'before_commit' && hit.point !== 'after_commit')) return;
        const { record } = await store.read(idOf(call));
        seen.push([hit.point, record?.state, await committed(effect)]);
        if (hit.point === 'before_commit' && seen.length === 1) throw new Error('the process dies here');
      };
      expect(await refused(node({ failpoint: look }).run(call, purchase(effect)))).toBe('INTERNAL');
      await whenDue(store, idOf(call));
      await node({ failpoint: look }).run(call, purchase(effect));
      expect(seen).toEqual([
        ['before_commit', 'running', null],
        ['before_commit', 'running', null],
        ['after_commit', 'succeeded', 'write 2'],
      ]);
    });

    test.each([
      ['is not known', new OutcomeUnknown('its answer is lost')],
      ['fails for now', new TemporarilyUnavailable('not now')],
      ['has a bug', new Error('a bug')],
    ])('hazard 6: a stale holder whose own call %s answers what the other settled', async (_, failure) => {
      const { node, store, purchase, committed, events } = await setting();
      const call = callOf();
      const effect = makeKey();
      const paused = Promise.withResolvers<void>();
      const wake = Promise.withResolvers<void>();
      const stale = node({ store: withoutRenewals(store) }).run(
        call,
        purchase(effect, {
          pause: async () => {
            paused.resolve();
            await wake.promise;
            throw failure;
          },
        }),
      );
      await paused.promise;
      const settled = await node().run(call, purchase(effect));
      wake.resolve();
      expect(await stale).toEqual({ ...settled, replayed: true });
      expect(await committed(effect)).toBe('write 1');
      expect(events.filter(({ type }) => type === 'released')).toEqual([]);
      expect(events.filter(({ type }) => type === 'fenced')).toHaveLength(1);
    });

    test('hazard 7: a stale holder frees nothing, renews nothing and overwrites nothing', async () => {
      const { node, store, engine } = await setting();
      const call = callOf();
      const id = idOf(call);
      await refused(
        engine.run(call, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          throw new TemporarilyUnavailable('gives the lease back');
        }),
      );
      const stale = await whenDue(store, id);
      await store.takeOver(id, stale, { holder: 'successor', leaseMs: 60_000 });
      const tries = async () => {
        expect(await store.release(id, stale, { state: 'running', retryInMs: 0 })).toBe(false);
        expect(await store.release(id, stale, { state: 'stuck', retryInMs: 0 })).toBe(false);
        expect(await store.renew(id, stale, 60_000)).toBe(false);
        expect(await store.reopen(id, stale)).toBe(false);
        const upgrade = { policyVersion: 9, fingerprint: 'stale', input: '"stale"', steps: {} };
        expect(await store.upgrade(id, stale, upgrade)).toBe(false);
        for (const write of [
          () =>
            store.transaction((session) =>
              session.saveSteps(id, stale, { reserve: '"stale"' }, { state: 'running', leaseMs: 1 }),
            ),
          () =>
            store.transaction((session) =>
              session.settle(id, stale, { state: 'failed', outcome: '"stale"' }),
            ),
        ])
          await expect(write()).rejects.toThrow("doesn't hold");
      };
      const before = await store.read(id);
      await tries();
      expect((await store.read(id)).record).toEqual(before.record);

      // Nor once it is settled, and not even under the claim that settled it.
      const successor = { fence: 2, holder: 'successor' };
      await store.transaction((session) =>
        session.settle(id, successor, { state: 'succeeded', outcome: '"first"' }),
      );
      await tries();
      const again = store.transaction((session) =>
        session.settle(id, successor, { state: 'succeeded', outcome: '"second"' }),
      );
      await expect(again).rejects.toThrow("doesn't hold");
      expect(await store.release(id, successor, { state: 'running', retryInMs: 0 })).toBe(false);
      expect(textOf(await node().run(call, mustNotRun))).toBe('"first"');
    });

    test('hazard 7: the loser of a claim that then fails frees nothing', async () => {
      const { node, store, purchase } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 30 } });
      const pause = Promise.withResolvers<void>();
      const paused = Promise.withResolvers<void>();
      const effect = makeKey();
      const winner = node().run(
        call,
        purchase(effect, {
          pause: () => {
            paused.resolve();
            return pause.promise;
          },
        }),
      );
      await paused.promise;
      const { record } = await store.read(idOf(call));
      const loser = node().run(call, async (operation) => {
        await operation.transact('reserve', () => Promise.reject(new Error('must not run')));
        throw new Error('nor this');
      });
      expect(await refused(loser)).toBe('OPERATION_IN_PROGRESS');
      const after = (await store.read(idOf(call))).record;
      expect(after).toMatchObject({ holder: record?.holder, fence: 1, tries: 0, state: 'running' });
      pause.resolve();
      expect((await winner).outcome.kind).toBe('succeeded');
    });

    test('hazard 8: a policy without any time at all is slow to settle, never wrong', async () => {
      const { node, provider, purchase, committed } = await setting();
      const hasty: Policy = {
        ...testPolicy,
        leaseMs: 0,
        renewalDeadlineMs: 0,
        joinMs: 0,
        backoffBaseMs: 0,
        backoffCapMs: 0,
        maxTries: 1_000,
      };
      const call = callOf({ policy: hasty });
      const effect = makeKey();
      const nodes = [node(), node(), node()];
      const answers = new Set<string | null>();
      for (let round = 0; round < 200 && answers.size === 0; round++) {
        const results = await Promise.allSettled(
          nodes.map((each) => each.run(call, purchase(effect, { pause: () => nodePorts.sleep(1) }))),
        );
        for (const result of results) if (result.status === 'fulfilled') answers.add(textOf(result.value));
      }
      expect(answers.size).toBe(1);
      for (const each of nodes) answers.add(textOf(await each.run(call, mustNotRun)));
      expect(answers.size).toBe(1);
      expect(provider.charges).toBe(1);
      expect(await committed(effect)).not.toBeNull();
    });

    test('hazard 12: a store that can’t be reached is an answer, and nothing is executed', async () => {
      const { node, store } = await setting();
      const away = () => Promise.reject(new StoreUnavailable('away'));
      const call = callOf();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) => {
        executions++;
        return operation.settle(() => Promise.resolve('executed'));
      };
      const unreachable: Store<Tx> = { ...storeWith(store), transaction: away, read: away, takeOver: away };
      const engine = node({ store: unreachable });
      expect(await refused(engine.run(call, mutation))).toBe('STORE_UNAVAILABLE');
      expect(await refused(engine.inquire(call))).toBe('STORE_UNAVAILABLE');
      expect(await refused(engine.close(call))).toBe('STORE_UNAVAILABLE');
      // Only the mutation's way to its first statement; back again, the key is as new.
      expect(executions).toBe(1);
      expect((await node().inquire(call)).state).toBe('not_seen');
    });

    test('hazard 12: a store that goes away in the middle leaves what it has, and the retry goes on', async () => {
      const { node, store, provider, purchase, committed } = await setting();
      const call = callOf();
      const effect = makeKey();
      let commits = 0;
      const failing: Store<Tx> = {
        ...storeWith(store),
        transaction: (work) =>
          ++commits > 1 ? Promise.reject(new StoreUnavailable('away')) : store.transaction(work),
        renew: () => Promise.reject(new StoreUnavailable('away')),
        release: () => Promise.reject(new StoreUnavailable('away')),
      };
      expect(await refused(node({ store: failing }).run(call, purchase(effect)))).toBe('STORE_UNAVAILABLE');
      expect(await committed(effect)).toBeNull();
      expect((await node().run(call, purchase(effect))).outcome.kind).toBe('succeeded');
      expect(provider.charges).toBe(1);
      expect(await committed(effect)).toBe('write 1');
    });

    test('hazard 14: a claim is born with its lease, so dying right after it leaves nothing that lasts', async () => {
      const { node, store, purchase, committed } = await setting();
      const call = callOf();
      const effect = makeKey();
      const { failpoint, died } = dyingAt('after_commit', 'reserve');
      void node({ store: withoutRenewals(store), failpoint }).run(call, purchase(effect));
      await died;
      const { record, now } = await store.read(idOf(call));
      const leftMs = (record?.leaseUntil.getTime() ?? Infinity) - now.getTime();
      expect(leftMs).toBeLessThanOrEqual(testPolicy.leaseMs);
      await whenDue(store, idOf(call));
      expect((await store.abandoned(1_000)).map(({ key }) => key)).toContain(idOf(call).key);
      await completeWhenDue(node(), call, purchase(effect));
      expect(await committed(effect)).toBe('write 1');
    });

    test('hazard 20: a guarded call inside another one’s step has a record of its own', async () => {
      const { engine, write, committed } = await setting();
      const [outer, inner] = [callOf(), callOf({ procedure: 'test.ship' })];
      const effects = [makeKey(), makeKey()] as const;
      const ship = () =>
        engine.run(inner, (operation) =>
          operation.settle(async (tx) => {
            await write(tx, effects[1], 'shipped');
            return 'shipped';
          }),
        );
      const buy = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        const shipped = await operation.remote('ship', async () => textOf(await ship()));
        return operation.settle(async (tx) => {
          await write(tx, effects[0], 'bought');
          return shipped;
        });
      };
      const first = await engine.run(outer, buy);
      expect(textOf(await engine.run(outer, buy))).toBe(textOf(first));
      expect([await committed(effects[0]), await committed(effects[1])]).toEqual(['bought', 'shipped']);
      expect((await ship()).replayed).toBe(true);
    });

    test('hazard 20: a call inside itself ends in time instead of waiting for itself', async () => {
      const { node, engine, write, committed } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 200 } });
      const effect = makeKey();
      const nested: unknown[] = [];
      const startedMs = nodePorts.monotonicMs();
      const settled = await engine.run(call, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('itself', async () => {
          nested.push(
            await refused(engine.run(call, mustNotRun)),
            await refused(node().run(call, mustNotRun)),
          );
          return 'went on';
        });
        return operation.settle(async (tx) => {
          await write(tx, effect, 'once');
          return 'done';
        });
      });
      expect(nested).toEqual(['OPERATION_IN_PROGRESS', 'OPERATION_IN_PROGRESS']);
      expect(textOf(settled)).toBe('"done"');
      expect(await committed(effect)).toBe('once');
      expect(nodePorts.monotonicMs() - startedMs).toBeLessThan(BOUNDED_MS);
    });

    test('hazard 20: a call inside its own first transaction ends in time as well, and one of them wins', async () => {
      const { node, engine, write, committed } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 200 } });
      const effect = makeKey();
      const startedMs = nodePorts.monotonicMs();
      const execute = (who: string, before = () => Promise.resolve<unknown>(null)) => {
        return (operation: Operation<Tx>) =>
          operation.settle(async (tx) => {
            await write(tx, effect, who);
            await before();
            return who;
          });
      };
      const inner = () => refused(node().run(call, execute('inner')));
      await refused(engine.run(call, execute('outer', inner)));
      expect(nodePorts.monotonicMs() - startedMs).toBeLessThan(BOUNDED_MS);
      // Mostly the outer one. A server may have ended its transaction, which idled meanwhile; then the inner
      // one has won, or the retry is the first.
      const settled = await node().run(call, execute('retry'));
      expect(textOf(settled)).toBe(JSON.stringify(await committed(effect)));
      expect((await node().run(call, mustNotRun)).replayed).toBe(true);
    });

    test('hazard 24: every attempt at a remote step brings the same key, and no other step does', async () => {
      const { node, engine } = await setting();
      const policy = { ...testPolicy, joinMs: 30 };
      const seen: Record<string, string[]> = {};
      const attempts: boolean[] = [];
      const failures = [
        new TemporarilyUnavailable('not sent'),
        new OutcomeUnknown('its answer is lost'),
        null,
      ];
      const buy = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        for (const step of ['hold', 'charge'])
          await operation.remote(step, ({ key, repeated }) => {
            (seen[step] ??= []).push(key);
            if (step === 'hold') return Promise.resolve('held');
            attempts.push(repeated);
            const failure = failures.shift();
            return failure ? Promise.reject(failure) : Promise.resolve('charged');
          });
        return operation.settle(() => Promise.resolve(operation.id));
      };
      const call = callOf({ policy });
      expect(await refused(engine.run(call, buy))).toBe('TEMPORARILY_UNAVAILABLE');
      await nodePorts.sleep(5);
      expect(await refused(node().run(call, buy))).toBe('OUTCOME_UNKNOWN');
      const settled = await completeWhenDue(node(), call, buy);
      expect(seen['charge']).toEqual(Array.from({ length: 3 }, () => `${settled.operationId}:charge`));
      expect(new Set(seen['hold'])).toEqual(new Set([`${settled.operationId}:hold`]));
      // Whoever comes second is told that somebody may have been there.
      expect(attempts).toEqual([false, true, true]);
      const other = await engine.run(callOf({ policy }), buy);
      expect(other.operationId).not.toBe(settled.operationId);
    });

    test('hazard 26: a replay is what was answered, whatever has changed since', async () => {
      const { engine, node, write, committed } = await setting();
      const call = callOf();
      const effect = makeKey();
      let stock = 7;
      const mutation = (operation: Operation<Tx>) =>
        operation.settle(async (tx) => {
          await write(tx, effect, 'reserved');
          return { left: --stock };
        });
      const first = await engine.run(call, mutation);
      stock = 0;
      await engine.run(callOf(), (operation) => operation.settle((tx) => write(tx, effect, 'changed since')));
      expect(await committed(effect)).toBe('changed since');
      for (const each of [engine, node()]) expect(textOf(await each.run(call, mutation))).toBe(textOf(first));
      expect((await node().inquire(call)).outcome).toEqual(first.outcome);
    });

    test.each([
      ['commits: gets its answer', { fails: false, answer: 'winner' }],
      ['rolls back: executes itself', { fails: true, answer: 'loser' }],
    ])('hazards 32, 46: a loser behind the winner’s open claim, which %s', async (_, { fails, answer }) => {
      const { node, store, write, committed } = await setting();
      const call = callOf();
      const effect = makeKey();
      const open = Promise.withResolvers<void>();
      const finish = Promise.withResolvers<void>();
      const winner = refused(
        node().run(call, (operation) =>
          operation.settle(async (tx) => {
            await write(tx, effect, 'winner');
            open.resolve();
            await finish.promise;
            if (fails) throw new TemporarilyUnavailable('the winner fails');
            return 'winner';
          }),
        ),
      );
      await open.promise;
      const claims = noticing(store, 2);
      const losers = [node({ store: claims.store }), node({ store: claims.store })].map((each) =>
        each.run(call, (operation) =>
          operation.settle(async (tx) => {
            await write(tx, effect, 'loser');
            return 'loser';
          }),
        ),
      );
      await claims.begun;
      finish.resolve();
      expect(new Set((await Promise.all(losers)).map(textOf))).toEqual(new Set([`"${answer}"`]));
      expect(await committed(effect)).toBe(answer);
      expect((await winner) === 'TEMPORARILY_UNAVAILABLE').toBe(fails);
    });

    test('hazard 36: retries that queued up at a frozen holder execute nothing when it wakes', async () => {
      const { node, store, provider, purchase, committed } = await setting();
      const call = callOf();
      const effect = makeKey();
      const frozen = Promise.withResolvers<void>();
      const wake = Promise.withResolvers<void>();
      const holder = node({ store: withoutRenewals(store) });
      const pause = () => {
        frozen.resolve();
        return wake.promise;
      };
      const first = holder.run(call, purchase(effect, { pause }));
      await frozen.promise;
      const settled = await node().run(call, purchase(effect));
      // It wakes, with seven copies in its queue.
      const queued = Array.from({ length: 7 }, () => holder.run(call, purchase(effect)));
      wake.resolve();
      const texts = (await Promise.all([first, ...queued])).map(textOf);
      expect(new Set(texts)).toEqual(new Set([textOf(settled)]));
      expect(provider.charges).toBe(1);
      expect(await committed(effect)).toBe('write 1');
    });

    test('hazard 36: a duplicate beside a holder that hangs gets what another node settled', async () => {
      const { node, store, purchase, events } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 600 } });
      const effect = makeKey();
      const hangs = Promise.withResolvers<void>();
      const holder = node({ store: withoutRenewals(store) });
      const never = Promise.withResolvers<never>();
      const pause = () => {
        hangs.resolve();
        return never.promise;
      };
      void refused(holder.run(call, purchase(effect, { pause })));
      await hangs.promise;
      const beside = holder.run(call, purchase(effect));
      const settled = await completeWhenDue(node(), call, purchase(effect));
      expect(textOf(await beside)).toBe(textOf(settled));
      expect(events.at(-1)).toMatchObject({ type: 'answered', decision: 'joined' });
      never.reject(new Error('the test ends'));
    });

    test('hazard 37: a step that outlives its lease is not run beside itself while its holder lives', async () => {
      const { node, provider, purchase, committed } = await setting();
      // Two leases of waiting; three renewals each, of which a busy machine may lose two.
      const policy: Policy = { ...testPolicy, leaseMs: 800, renewalDeadlineMs: 30_000, joinMs: 1_700 };
      const call = callOf({ policy });
      const effect = makeKey();
      const answerNow = Promise.withResolvers<void>();
      const called = Promise.withResolvers<void>();
      const pause = () => {
        called.resolve();
        return answerNow.promise;
      };
      const first = node().run(call, purchase(effect, { pause }));
      await called.promise;
      const other = node();
      expect(await refused(other.run(call, purchase(effect)))).toBe('OPERATION_IN_PROGRESS');
      expect(await other.complete(idOf(call), { policy, resume: purchase(effect) })).toBeNull();
      expect(provider.keys).toHaveLength(1);
      answerNow.resolve();
      expect((await first).outcome.kind).toBe('succeeded');
      expect(await committed(effect)).toBe('write 1');
    });

    test('hazard 37: past the deadline of its renewals it may be run again, with the same key, and one of them settles', async () => {
      const { node, provider, purchase, committed } = await setting();
      const policy: Policy = { ...testPolicy, leaseMs: 60, renewalDeadlineMs: 0 };
      const call = callOf({ policy });
      const effect = makeKey();
      const answerNow = Promise.withResolvers<void>();
      const called = Promise.withResolvers<void>();
      const pause = () => {
        called.resolve();
        return answerNow.promise;
      };
      const slow = node().run(call, purchase(effect, { pause }));
      await called.promise;
      const second = await node().run(call, purchase(effect));
      answerNow.resolve();
      expect(textOf(await slow)).toBe(textOf(second));
      expect(provider.keys).toHaveLength(2);
      expect(provider.charges).toBe(1);
      expect(await committed(effect)).toBe('write 1');
    });

    test('hazard 38: a process that starts recovers nothing that a live one is doing', async () => {
      const { node, provider, purchase, committed, events } = await setting();
      const call = callOf();
      const effect = makeKey();
      const answerNow = Promise.withResolvers<void>();
      const called = Promise.withResolvers<void>();
      const pause = () => {
        called.resolve();
        return answerNow.promise;
      };
      const working = node().run(call, purchase(effect, { pause }));
      await called.promise;
      const started: Engine<Tx> = node();
      expect((await started.abandoned(1_000)).map(({ key }) => key)).not.toContain(idOf(call).key);
      // Not even if somebody tells it to.
      expect(await started.complete(idOf(call), { policy: testPolicy, resume: purchase(effect) })).toBeNull();
      answerNow.resolve();
      expect((await working).outcome.kind).toBe('succeeded');
      expect(provider.keys).toHaveLength(1);
      expect(events.filter(({ type }) => type === 'taken_over')).toEqual([]);
      expect(await committed(effect)).toBe('write 1');
    });
  });
}
