import { describe, expect, test } from 'vitest';
import {
  ClaimLost,
  CommitUnknown,
  Finished,
  IdempotencyError,
  StoreUnavailable,
  TemporarilyUnavailable,
  TransactionAborted,
  type Operation,
  type Policy,
  type Session,
  type Store,
} from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import {
  callOf,
  completeWhenDue,
  idOf,
  mustNotRun,
  no,
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

type Work<Tx, R> = (session: Session<Tx>) => Promise<R>;

/** The store, with something done to each of its transactions, which are counted from 1. */
function withTransactions<Tx>(
  store: Store<Tx>,
  change: <R>(work: Work<Tx, R>, transaction: number) => Promise<R>,
): { store: Store<Tx>; count: () => number } {
  let count = 0;
  const transaction: Store<Tx>['transaction'] = (work) => change(work, ++count);
  return { store: { ...storeWith(store), transaction }, count: () => count };
}

/** The session, with some of its methods changed. */
function sessionWith<Tx>(session: Session<Tx>, changed: Partial<Session<Tx>>): Session<Tx> {
  return {
    tx: session.tx,
    claim: (record) => session.claim(record),
    lock: (id) => session.lock(id),
    savepoint: (inner) => session.savepoint(inner),
    saveSteps: (id, claim, results, as) => session.saveSteps(id, claim, results, as),
    settle: (id, claim, settlement) => session.settle(id, claim, settlement),
    ...changed,
  };
}

/** What the error was caused by. */
const causeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ resolved: value }),
    (error: unknown) => (error instanceof IdempotencyError ? error.cause : error),
  );

const same = (value: unknown): unknown => value;

const impatient: Policy = { ...testPolicy, joinMs: 0 };

/** What the engine makes of a store, a holder or a mutation that fails. */
export function failuresContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  const setting = async () => {
    const under = await settingOf(setUp);
    /** An operation that was begun, and whose holder gave its lease back. */
    const begun = async (call = callOf()) => {
      await under.engine
        .run(call, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          throw new TemporarilyUnavailable('gives the lease back');
        })
        .catch(() => undefined);
      await whenDue(under.store, idOf(call));
      return call;
    };
    return { ...under, begun };
  };

  const finish = (operation: Operation<Tx>) => operation.settle(() => Promise.resolve('done'));

  describe(`a COMMIT without an answer on ${name}`, () => {
    /** Commits, and loses the answer of one transaction. */
    const losing = (store: Store<Tx>, lost: number) =>
      withTransactions(store, async (work, transaction) => {
        const result = await store.transaction(work);
        if (transaction === lost) throw new CommitUnknown('the answer is lost');
        return result;
      }).store;

    test('of a settlement gives the mutation its value all the same', async () => {
      const { node, store, events } = await setting();
      const values: unknown[] = [];
      let executions = 0;
      const settled = await node({ store: losing(store, 2) }).run(callOf(), async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        values.push(await operation.settle(() => Promise.resolve({ execution: ++executions })));
      });
      expect(values).toEqual([{ execution: 1 }]);
      expect(textOf(settled)).toBe('{"execution":1}');
      const told = events.map(({ type }) => type).filter((type) => type !== 'step_finished');
      expect(told).toEqual(['claimed', 'commit_unknown', 'settled', 'answered']);
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'commit_unknown', step: 'settle', fence: 1 }),
      );
    });

    test.each<[string, 'failed' | 'succeeded', (operation: Operation<never>) => Promise<unknown>]>([
      ['a refusal', 'failed', (operation) => operation.settle(() => Promise.reject(no()))],
      [
        'an early end',
        'succeeded',
        (operation) => operation.transact('reserve', () => Promise.resolve(new Finished('early'))),
      ],
    ])('of %s ends the mutation all the same', async (_, kind, end) => {
      const { node, store, events } = await setting();
      let further = 0;
      const settled = await node({ store: losing(store, 1) }).run(callOf(), async (operation) => {
        await end(operation as unknown as Operation<never>);
        further++;
      });
      expect(settled).toMatchObject({ replayed: false, outcome: { kind } });
      expect(further).toBe(0);
      expect(events.map(({ type }) => type)).toEqual(['commit_unknown', 'claimed', 'settled', 'answered']);
    });

    test('of a first step is told as one claim and one step', async () => {
      const { node, store, events } = await setting();
      let runs = 0;
      await node({ store: losing(store, 1) }).run(callOf(), async (operation) => {
        expect(await operation.transact('reserve', () => Promise.resolve(++runs))).toBe(1);
        return finish(operation);
      });
      expect(runs).toBe(1);
      expect(events.map(({ type }) => type)).toEqual([
        'commit_unknown',
        'claimed',
        'step_finished',
        'settled',
        'answered',
      ]);
    });

    test('of a claim that then is nobody’s, or another’s, is begun anew as any other call', async () => {
      const { node, store, events } = await setting();
      // The first COMMIT fails; then the key can neither be claimed nor found, for a moment.
      const gone = withTransactions(store, async (work, transaction) => {
        if (transaction === 1) throw new CommitUnknown('not committed');
        return store.transaction((session) =>
          work(transaction <= 3 ? sessionWith(session, { claim: () => Promise.resolve(false) }) : session),
        );
      });
      const settled = await node({ store: gone.store }).run(callOf(), finish);
      expect(settled).toMatchObject({ replayed: false, outcome: { text: '"done"' } });
      expect(gone.count()).toBe(4);
      expect(events.at(-1)).toMatchObject({ type: 'answered', decision: 'executed' });

      const call = callOf();
      const overtaken = withTransactions(store, async (work, transaction) => {
        if (transaction > 1) return store.transaction(work);
        await node().run(call, (operation) => operation.settle(() => Promise.resolve('the other')));
        throw new CommitUnknown('not committed');
      });
      expect(textOf(await node({ store: overtaken.store }).run(call, finish))).toBe('"the other"');
      // It never held what it lost.
      expect(events.filter(({ type }) => type === 'fenced')).toEqual([]);
    });

    test('is asked after five times', async () => {
      const { node, store } = await setting();
      const never = withTransactions(store, async () => {
        throw new CommitUnknown('never');
      });
      expect(await refused(node({ store: never.store }).run(callOf(), finish))).toBe('STORE_UNAVAILABLE');
      expect(never.count()).toBe(5);
    });
  });

  describe(`a transaction that the store undid on ${name}`, () => {
    /** Undoes the transactions of these numbers. */
    const undoing = (
      store: Store<Tx>,
      reason: TransactionAborted['reason'],
      isUndone: (n: number) => boolean,
    ) =>
      withTransactions(store, (work, transaction) =>
        isUndone(transaction) ? Promise.reject(new TransactionAborted(reason)) : store.transaction(work),
      );

    test.each(['deadlock', 'serialization'] as const)('for a %s is repeated at once', async (reason) => {
      const { node, store } = await setting();
      const undone = undoing(store, reason, (n) => n <= 4);
      let calls = 0;
      const settled = await node({ store: undone.store }).run(callOf(), (operation) => {
        calls++;
        return finish(operation);
      });
      expect(settled.replayed).toBe(false);
      // The transaction is, not the mutation.
      expect([calls, undone.count()]).toEqual([1, 5]);
    });

    test('again and again is answered as something that may be tried later', async () => {
      const { node, store } = await setting();
      const undone = undoing(store, 'deadlock', () => true);
      expect(await refused(node({ store: undone.store }).run(callOf(), finish))).toBe(
        'TEMPORARILY_UNAVAILABLE',
      );
      expect(undone.count()).toBe(5);
    });

    test('for another’s lock is repeated by a holder, and by nobody else', async () => {
      const { node, store } = await setting();
      const holder = undoing(store, 'lock_timeout', (n) => n === 2 || n === 3);
      let calls = 0;
      const settled = await node({ store: holder.store }).run(callOf(), async (operation) => {
        calls++;
        await operation.transact('reserve', () => Promise.resolve(1));
        return finish(operation);
      });
      expect(settled.replayed).toBe(false);
      expect([calls, holder.count()]).toEqual([1, 4]);

      // Behind an open claim: it has waited once as long as the store lets it.
      const claimant = undoing(store, 'lock_timeout', () => true);
      const waiting = node({ store: claimant.store }).run(callOf({ policy: impatient }), finish);
      expect(await waiting.catch((error: unknown) => error)).toMatchObject({
        code: 'OPERATION_IN_PROGRESS',
        operationId: null,
        retryAfterMs: impatient.backoffBaseMs,
      });
      expect(claimant.count()).toBe(1);
    });
  });

  describe(`a holder on ${name}`, () => {
    test.each([
      ['another holder', { holder: 'usurper' }],
      ['another number', { fence: 2 }],
    ])('is fenced by %s, and says so once', async (_, usurper) => {
      const { node, store, events } = await setting();
      const usurped = withTransactions(store, (work) =>
        store.transaction((session) =>
          work(
            sessionWith(session, {
              lock: async (id) => {
                const record = await session.lock(id);
                return record && { ...record, ...usurper };
              },
            }),
          ),
        ),
      );
      const call = callOf({ policy: { ...testPolicy, joinMs: 20 } });
      const stale = node({ store: usurped.store }).run(call, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        return finish(operation);
      });
      expect(await refused(stale)).toBe('OPERATION_IN_PROGRESS');
      expect(events.filter(({ type }) => type === 'fenced')).toMatchObject([{ fence: 1 }]);
    });

    test('whose record is out of sight when it writes is fenced', async () => {
      const { node, store, events } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 20 } });
      const forgetful = withTransactions(store, (work) =>
        store.transaction((session) =>
          work(sessionWith(session, { settle: (id) => Promise.reject(new ClaimLost(id)) })),
        ),
      );
      const result = node({ store: forgetful.store }).run(call, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        return finish(operation);
      });
      expect(await refused(result)).toBe('OPERATION_IN_PROGRESS');
      expect(events.filter(({ type }) => type === 'fenced')).toMatchObject([{ fence: 1 }]);
      expect(events.filter(({ type }) => type === 'released')).toEqual([]);
    });

    test('that was paused until a person had to look settles nothing when it wakes', async () => {
      const { node, store, write, committed } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 20 } });
      const effect = makeKey();
      const paused = Promise.withResolvers<void>();
      const wake = Promise.withResolvers<void>();
      const holder = refused(
        node({ store: withoutRenewals(store) }).run(call, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          await operation.remote('charge', () => {
            paused.resolve();
            return wake.promise;
          });
          return operation.settle(async (tx) => {
            await write(tx, effect, 'late');
            return 'late';
          });
        }),
      );
      await paused.promise;
      const abandoned = await whenDue(store, idOf(call));
      expect(await store.release(idOf(call), abandoned, { state: 'stuck', retryInMs: 0 })).toBe(true);
      wake.resolve();
      expect(await holder).toBe('BEING_VERIFIED');
      expect(await committed(effect)).toBeNull();
      expect((await store.read(idOf(call))).record?.state).toBe('stuck');
    });

    test('that lost asks no more, whatever the store says of its rollback', async () => {
      const { node, store } = await setting();
      const call = callOf();
      await node().run(call, finish);
      const confused = withTransactions(store, (work) =>
        store.transaction(work).catch(() => {
          throw new TransactionAborted('deadlock');
        }),
      );
      expect((await node({ store: confused.store }).run(call, mustNotRun)).replayed).toBe(true);
      expect(confused.count()).toBe(1);
    });

    test('that took over renews its lease', async () => {
      const { node, store, begun } = await setting();
      const call = await begun();
      const renewed = Promise.withResolvers<number>();
      const renewing: Store<Tx> = {
        ...storeWith(store),
        renew: (id, claim, leaseMs) => {
          renewed.resolve(claim.fence);
          return store.renew(id, claim, leaseMs);
        },
      };
      const settled = await completeWhenDue(node({ store: renewing }), call, async (operation) => {
        const tooLong = nodePorts.sleep(testPolicy.leaseMs * 5).then(() => 'never');
        expect(await operation.remote('charge', () => Promise.race([renewed.promise, tooLong]))).toBe(2);
        return finish(operation);
      });
      expect(settled.replayed).toBe(false);
    });

    test('that has ended renews nothing more', async () => {
      const { node } = await setting();
      const signals: (AbortSignal | undefined)[] = [];
      const ports = {
        ...nodePorts,
        sleep: (ms: number, signal?: AbortSignal) => {
          signals.push(signal);
          return nodePorts.sleep(ms, signal);
        },
      };
      await node({ ports }).run(callOf(), async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        return finish(operation);
      });
      expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    });

    test('that came back meanwhile isn’t given up', async () => {
      const { node, store, events } = await setting();
      const call = callOf({ policy: { ...testPolicy, maxTries: 0 } });
      const back: Store<Tx> = { ...storeWith(store), release: () => Promise.resolve(false) };
      await refused(
        node().run(call, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          throw new TemporarilyUnavailable('gives the lease back');
        }),
      );
      await whenDue(store, idOf(call));
      const completion = { policy: call.policy, resume: mustNotRun };
      expect(await node({ store: back }).complete(idOf(call), completion)).toBeNull();
      expect(events.filter(({ type }) => type === 'stuck')).toEqual([]);
      expect(await node().complete(idOf(call), completion)).toBeNull();
      expect(events.filter(({ type }) => type === 'stuck')).toMatchObject([{ fence: 1, tries: 0 }]);
    });
  });

  describe(`a takeover on ${name}`, () => {
    test('is made at once where nobody may wait', async () => {
      const { node, store, begun } = await setting();
      const call = await begun(callOf({ policy: impatient }));
      const { record } = await store.read(idOf(call));
      let during: unknown;
      const settled = await node().run(call, async (operation) => {
        during = (await store.read(idOf(call))).record;
        return finish(operation);
      });
      expect(settled).toMatchObject({ replayed: false, operationId: record?.operationId });
      // Its first statement is a claim, which the caller lost; what it saw then is the takeover's.
      expect(during).toMatchObject({ fence: 2, tries: 1, holder: expect.stringMatching(/./) as string });
      expect((during as typeof record)?.holder).not.toBe(record?.holder);
      expect((during as typeof record)?.leaseUntil.getTime()).toBeGreaterThan(
        record?.leaseUntil.getTime() ?? 0,
      );
    });

    test('that somebody else makes each time is given up in time', async () => {
      const { node, store, begun } = await setting();
      const call = await begun(callOf({ policy: impatient }));
      const { record } = await store.read(idOf(call));
      const late: Store<Tx> = { ...storeWith(store), takeOver: () => Promise.resolve(null) };
      const refusal = await node({ store: late })
        .run(call, finish)
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: 'OPERATION_IN_PROGRESS',
        operationId: record?.operationId,
        retryAfterMs: impatient.backoffBaseMs,
      });
    });

    test.each(['takeOver', 'upgrade'] as const)(
      'whose %s doesn’t reach the store is answered as such',
      async (way) => {
        const { node, store, begun } = await setting();
        const call = await begun();
        const newer = {
          ...testPolicy,
          version: 2,
          previous: { 1: { parseInput: same, resume: { input: same } } },
        };
        const away = () => Promise.reject(new StoreUnavailable('away'));
        const cut: Store<Tx> = { ...storeWith(store), [way]: away };
        const fingerprints = new Map([...call.fingerprints, [2, call.fingerprints.get(1) ?? '']] as const);
        const retry = node({ store: cut }).run({ ...call, policy: newer, fingerprints }, finish);
        expect(await refused(retry)).toBe('STORE_UNAVAILABLE');
      },
    );

    test('of what isn’t there, or has lost its input, executes nothing', async () => {
      const { node, store, begun } = await setting();
      const completion = { policy: testPolicy, resume: mustNotRun };
      expect(await node().complete(idOf(callOf()), completion)).toBeNull();
      const call = await begun();
      const blank: Store<Tx> = {
        ...storeWith(store),
        read: async (id) => {
          const { record, now } = await store.read(id);
          return { record: record && { ...record, input: null }, now };
        },
      };
      await expect(node({ store: blank }).complete(idOf(call), completion)).rejects.toThrow(
        /^Bug: op_\w+ is unsettled without its input$/,
      );
      expect((await store.read(idOf(call))).record).toMatchObject({ fence: 1, state: 'running' });
    });
  });

  describe(`an operator’s order on ${name}`, () => {
    test('for what isn’t there, or isn’t stuck any more, changes nothing and tells nothing', async () => {
      const { node, store, events, begun } = await setting();
      expect(await node().retryStuck(idOf(callOf()))).toBe(false);
      const call = await begun();
      expect(await node().retryStuck(idOf(call))).toBe(false);
      const { record } = await store.read(idOf(call));
      if (record === null) throw new Error('no record');
      await store.release(idOf(call), record, { state: 'stuck', retryInMs: 0 });
      // Another operator was quicker.
      const late: Store<Tx> = { ...storeWith(store), reopen: () => Promise.resolve(false) };
      expect(await node({ store: late }).retryStuck(idOf(call))).toBe(false);
      expect(events.filter(({ type }) => type === 'reopened')).toEqual([]);
    });
  });

  describe(`closing a key on ${name}`, () => {
    test.each([
      ['whose COMMIT gives no answer', new CommitUnknown('no answer')],
      ['behind the first call’s open claim', new TransactionAborted('lock_timeout')],
      ['that is too old to be found', new ClaimLost({ key: 'k', scope: 's', procedure: 'p' })],
    ])('%s tells what can be read, which is nothing definite', async (_, failure) => {
      const { node, store } = await setting();
      const failing: Store<Tx> = { ...storeWith(store), transaction: () => Promise.reject(failure) };
      expect(await node({ store: failing }).close(callOf())).toMatchObject({
        state: 'not_seen',
        definite: false,
      });
    });

    test('promises nothing where the store can’t be reached', async () => {
      const { node, store } = await setting();
      const away = () => Promise.reject(new StoreUnavailable('away'));
      const failing: Store<Tx> = { ...storeWith(store), transaction: away };
      expect(await refused(node({ store: failing }).close(callOf()))).toBe('STORE_UNAVAILABLE');
    });

    test('leaves a record of who closed it, with no content and no input', async () => {
      const { engine, store } = await setting();
      const call = callOf();
      const { operationId } = await engine.close(call);
      expect((await store.read(idOf(call))).record).toMatchObject({
        operationId,
        principal: call.principal,
        policyVersion: call.policy.version,
        fence: 1,
        holder: expect.stringMatching(/./) as string,
        fingerprint: '',
        input: null,
        outcome: null,
      });
    });
  });

  describe(`duplicates in one process on ${name}`, () => {
    /** A call that is in its remote step until it is let go. */
    const slow = async (store: Store<Tx>, call = callOf()) => {
      const { node } = await setting();
      const counted = withTransactions(store, (work) => store.transaction(work));
      let reads = 0;
      const signals: (AbortSignal | undefined)[] = [];
      const engine = node({
        store: {
          ...counted.store,
          read: (id) => {
            reads++;
            return store.read(id);
          },
        },
        ports: {
          ...nodePorts,
          sleep: (ms, signal) => {
            signals.push(signal);
            return nodePorts.sleep(ms, signal);
          },
        },
      });
      const inRemote = Promise.withResolvers<void>();
      const letGo = Promise.withResolvers<void>();
      const first = engine.run(call, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', () => {
          inRemote.resolve();
          return letGo.promise;
        });
        return finish(operation);
      });
      await inRemote.promise;
      return { call, engine, first, letGo, signals, count: counted.count, reads: () => reads };
    };

    test('share its promise: they ask the store nothing, and leave no timer behind', async () => {
      const { store } = await setting();
      const { call, engine, first, letGo, count, reads, signals } = await slow(store);
      const duplicates = [engine.run(call, mustNotRun), engine.run(call, mustNotRun)];
      letGo.resolve();
      const settled = await first;
      for (const duplicate of duplicates) expect(await duplicate).toEqual({ ...settled, replayed: true });
      expect([count(), reads()]).toEqual([2, 0]);
      expect(signals.length).toBeGreaterThanOrEqual(3);
      expect(signals.every((signal) => signal?.aborted)).toBe(true);
    });

    test('hazard 23: with other content share nothing', async () => {
      const { store } = await setting();
      const { call, engine, first, letGo } = await slow(store);
      const { fingerprints, input } = callOf({ body: { n: 2 } });
      const other = refused(engine.run({ ...call, fingerprints, input }, mustNotRun));
      letGo.resolve();
      expect(textOf(await first)).toBe('"done"');
      expect(await other).toBe('IDEMPOTENCY_KEY_REUSED');
    });

    test('beside a holder that hangs are told where a person has to look', async () => {
      const { store } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 20 } });
      const { engine, first, letGo } = await slow(withoutRenewals(store), call);
      const abandoned = await whenDue(store, idOf(call));
      await store.release(idOf(call), abandoned, { state: 'stuck', retryInMs: 0 });
      expect(await refused(engine.run(call, mustNotRun))).toBe('BEING_VERIFIED');
      letGo.resolve();
      expect(await refused(first)).toBe('BEING_VERIFIED');
    });

    test('beside one that hasn’t begun are told of no operation', async () => {
      const { engine } = await setting();
      const call = callOf({ policy: { ...testPolicy, joinMs: 10 } });
      const letGo = Promise.withResolvers<void>();
      const first = engine.run(call, async (operation) => {
        await letGo.promise;
        return finish(operation);
      });
      expect(await engine.run(call, mustNotRun).catch((error: unknown) => error)).toMatchObject({
        code: 'OPERATION_IN_PROGRESS',
        operationId: null,
        retryAfterMs: testPolicy.backoffBaseMs,
      });
      letGo.resolve();
      expect((await first).replayed).toBe(false);
    });

    test('on another node are told at once whose operation it is, where nobody may wait', async () => {
      const { store, node } = await setting();
      const call = callOf({ policy: impatient });
      const { first, letGo } = await slow(store, call);
      // Whoever waits all the same lets the first one finish.
      const ports = {
        ...nodePorts,
        monotonicMs: () => 0,
        sleep: async () => {
          letGo.resolve();
          await first;
        },
      };
      const { record } = await store.read(idOf(call));
      const told = await node({ ports })
        .run(call, mustNotRun)
        .catch((error: unknown) => error);
      expect(told).toMatchObject({ code: 'OPERATION_IN_PROGRESS', operationId: record?.operationId });
      expect((told as IdempotencyError).retryAfterMs).toBe(1_000);
      letGo.resolve();
      await first;
    });
  });

  describe(`a mutation on ${name}`, () => {
    test('that goes on after its end does nothing more', async () => {
      const { engine, events } = await setting();
      let further = 0;
      const swallowed: unknown[] = [];
      const next = () => Promise.resolve(++further);
      const call = callOf();
      const settled = await engine.run(call, async (operation) => {
        await operation.settle(() => Promise.resolve('done'));
        for (const step of [
          () => operation.transact('more', next),
          () => operation.remote('charge', next),
          () => operation.compensate('changed its mind'),
          () => operation.settle(next),
        ])
          await step().catch((error: unknown) => swallowed.push(error));
        throw no();
      });
      expect(textOf(settled)).toBe('"done"');
      expect(further).toBe(0);
      expect(swallowed.map(String)).toEqual(Array(4).fill('OperationEnded: The operation is settled.'));
      expect(events.map(({ type }) => type)).toEqual(['claimed', 'settled', 'answered']);
    });

    test('that goes on after it lost charges nobody', async () => {
      const { engine, node } = await setting();
      const call = callOf();
      await engine.run(call, finish);
      let further = 0;
      const swallowed: unknown[] = [];
      await node().run(call, async (operation) => {
        await operation
          .transact('reserve', () => Promise.resolve(++further))
          .catch((error: unknown) => {
            swallowed.push(error);
          });
        await operation
          .remote('charge', () => Promise.resolve(++further))
          .catch((error: unknown) => {
            swallowed.push(error);
          });
      });
      expect(further).toBe(0);
      expect(swallowed.map(String)).toEqual(
        Array(2).fill('OperationEnded: Someone else holds this operation.'),
      );
    });

    test.each<[string, (operation: Operation<never>) => Promise<unknown>]>([
      ['returned without settling its operation', () => Promise.resolve('looks fine')],
      [
        'is the name of the turn itself',
        (operation) => operation.transact('compensate', () => Promise.resolve(1)),
      ],
      [
        'nothing to compensate before the first transaction',
        (operation) => operation.compensate('too early'),
      ],
      [
        'comes before the first transaction',
        (operation) => operation.remote('charge', () => Promise.resolve(1)),
      ],
    ])('with a bug is told: %s', async (message, mutation) => {
      const { engine } = await setting();
      const call = callOf();
      const cause = await causeOf(
        engine.run(call, (operation) => mutation(operation as unknown as Operation<never>)),
      );
      expect(String(cause)).toMatch(/^Error: Bug: /);
      expect(String(cause)).toContain(message);
      expect((await engine.inquire(call)).state).toBe('not_seen');
    });

    test('that is undone is told that it can only end in a refusal, by any way', async () => {
      const { engine } = await setting();
      const undone = (end: (operation: Operation<Tx>) => Promise<unknown>) =>
        causeOf(
          engine.run(callOf(), async (operation) => {
            await operation.transact('reserve', () => Promise.resolve(1));
            await operation.compensate('sold out');
            return end(operation);
          }),
        );
      const bug = 'Error: Bug: what was undone can only be settled with a refusal';
      expect(String(await undone(finish))).toBe(bug);
      const early = (operation: Operation<Tx>) =>
        operation.transact('end', () => Promise.resolve(new Finished('early')));
      expect(String(await undone(early))).toBe(bug);
    });

    test('that is undone has steps of its own, and stays so', async () => {
      const { engine, store } = await setting();
      const call = callOf();
      const states: unknown[] = [];
      const settled = await engine.run(call, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.compensate('sold out');
        await operation.transact('release', () => Promise.resolve(2));
        states.push((await store.read(idOf(call))).record?.state);
        return operation.settle(() => Promise.resolve(no()));
      });
      expect(states).toEqual(['compensating']);
      expect(settled.outcome.kind).toBe('failed');
    });

    test('that is resumed asks the store nothing for a finished step', async () => {
      const { node, store, begun } = await setting();
      const call = await begun();
      const counted = withTransactions(store, (work) => store.transaction(work));
      await completeWhenDue(node({ store: counted.store }), call, async (operation) => {
        expect(await operation.transact('reserve', () => Promise.reject(new Error('ran again')))).toBe(1);
        return finish(operation);
      });
      expect(counted.count()).toBe(1);
    });

    test('that refuses outside of any transaction is refused only once the store has it', async () => {
      const { node, store, engine } = await setting();
      const refuse = () => Promise.reject(no());
      expect((await engine.run(callOf(), refuse)).outcome.kind).toBe('failed');
      const away: Store<Tx> = {
        ...storeWith(store),
        transaction: () => Promise.reject(new StoreUnavailable('away')),
      };
      expect(await refused(node({ store: away }).run(callOf(), refuse))).toBe('STORE_UNAVAILABLE');
    });

    test('whose lease can’t be given back is answered with what it failed of', async () => {
      const { node, store } = await setting();
      const away: Store<Tx> = {
        ...storeWith(store),
        release: () => Promise.reject(new StoreUnavailable('away')),
      };
      const failing = node({ store: away }).run(callOf(), async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        throw new TemporarilyUnavailable('not now');
      });
      expect(await refused(failing)).toBe('TEMPORARILY_UNAVAILABLE');
    });
  });
}
