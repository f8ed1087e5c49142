import { describe, expect, test } from 'vitest';
import {
  AlreadyInProgress,
  Engine,
  Finished,
  type IdempotencyError,
  OutcomeUnknown,
  TemporarilyUnavailable,
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

/**
 * What the engine promises, tried on a store. Every store passes all of it: two engines on one store
 * stand for two web nodes.
 */
export function engineContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  const setting = () => settingOf(setUp);

  describe(`the engine on ${name}`, () => {
    test('executes once and replays the same bytes', async () => {
      const { engine, node, write, committed } = await setting();
      const once = callOf();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) =>
        operation.settle(async (tx) => {
          executions++;
          await write(tx, once.input + executions, 'done');
          // Keys whose order JSON would change, numbers that a database would rewrite.
          return { z: 1, a: [1e21, -0, 0.1], '10': 'x', '2': 'é' };
        });
      const first = await engine.run(once, mutation);
      const again = await engine.run(once, mutation);
      const elsewhere = await node().run(once, mutation);
      expect(executions).toBe(1);
      expect([first.replayed, again.replayed, elsewhere.replayed]).toEqual([false, true, true]);
      expect(textOf(again)).toBe(textOf(first));
      expect(textOf(elsewhere)).toBe(textOf(first));
      expect(new Set([first, again, elsewhere].map(({ operationId }) => operationId)).size).toBe(1);
      expect(await committed(`${once.input}1`)).toBe('done');
    });

    test('hazard 11: an empty answer is an answer', async () => {
      const { engine } = await setting();
      const empty = callOf();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) =>
        operation.settle(() => {
          executions++;
          return Promise.resolve(undefined);
        });
      expect(textOf(await engine.run(empty, mutation))).toBe('null');
      expect(textOf(await engine.run(empty, mutation))).toBe('null');
      expect(executions).toBe(1);
    });

    test('hazard 2: many simultaneous first calls on several nodes: one executes, all get its answer', async () => {
      const { node } = await setting();
      const same = callOf();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) =>
        operation.settle(() => Promise.resolve({ execution: ++executions }));
      const nodes = [node(), node(), node()];
      const settled = await Promise.all(
        Array.from({ length: 12 }, (_, index) => (nodes[index % 3] as Engine<Tx>).run(same, mutation)),
      );
      expect(executions).toBe(1);
      expect(new Set(settled.map(textOf)).size).toBe(1);
      expect(settled.filter(({ replayed }) => !replayed)).toHaveLength(1);
    });

    test('a policy that lets nobody wait executes all the same, and tells a duplicate at once', async () => {
      const { engine, node } = await setting();
      const impatient = callOf({ policy: { ...testPolicy, joinMs: 0 } });
      const begun = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const first = engine.run(impatient, async (operation) => {
        await operation.transact('begin', () => Promise.resolve(1));
        await operation.remote('wait', () => {
          begun.resolve();
          return goOn.promise;
        });
        return operation.settle(() => Promise.resolve('done'));
      });
      await Promise.race([begun.promise, first]);
      expect(await refused(node().run(impatient, mustNotRun))).toBe('OPERATION_IN_PROGRESS');
      goOn.resolve();
      expect(textOf(await first)).toBe('"done"');
    });

    test('a thrown refusal is stored and replayed, and undoes its transaction’s writes', async () => {
      const { engine, write, committed } = await setting();
      const declined = callOf();
      const undone = makeKey();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) =>
        operation.settle(async (tx) => {
          executions++;
          await write(tx, undone, 'written');
          throw no();
        });
      const first = await engine.run(declined, mutation);
      const again = await engine.run(declined, mutation);
      expect(first.outcome.kind).toBe('failed');
      expect(textOf(again)).toBe(textOf(first));
      expect(executions).toBe(1);
      expect(await committed(undone)).toBeNull();
    });

    test('hazard 43: claim and refusal are one commit, so nobody gets in between', async () => {
      const { store } = await setting();
      const counted = { ...storeWith(store), transactions: 0 };
      counted.transaction = (work) => {
        counted.transactions++;
        return store.transaction(work);
      };
      const engine = new Engine<Tx>({ store: counted, ports: nodePorts });
      const settled = await engine.run(callOf(), (operation) => operation.settle(() => Promise.reject(no())));
      expect(settled.outcome.kind).toBe('failed');
      expect(counted.transactions).toBe(1);
    });

    test('a remote step whose result was stored is not called again', async () => {
      const { engine } = await setting();
      const resumed = callOf();
      const calls = { charge: 0, notify: 0 };
      const mutation = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        const charge = await operation.remote('charge', () => Promise.resolve(`charge ${++calls.charge}`));
        await operation.transact('note', () => Promise.resolve(charge));
        await operation.remote('notify', () => {
          if (++calls.notify === 1) throw new TemporarilyUnavailable('not sent');
          return Promise.resolve('sent');
        });
        return operation.settle(() => Promise.resolve(charge));
      };
      expect(await refused(engine.run(resumed, mutation))).toBe('TEMPORARILY_UNAVAILABLE');
      expect(textOf(await engine.run(resumed, mutation))).toBe('"charge 1"');
      expect(calls).toEqual({ charge: 1, notify: 2 });
    });

    test('hazard 45: two takeovers that reached the same number are told apart by their holders', async () => {
      const { store, engine } = await setting();
      const contested = callOf();
      await engine
        .run(contested, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          throw new TemporarilyUnavailable('gives the lease back');
        })
        .catch(() => undefined);
      const id = idOf(contested);
      // It gave its lease back with a pause before the next try.
      expect(
        await store.takeOver(id, { fence: 1, holder: 'nobody' }, { holder: 'x', leaseMs: 1 }),
      ).toBeNull();
      const record = await whenDue(store, id);
      const winner = await store.takeOver(id, record, { holder: 'winner', leaseMs: 60_000 });
      expect(winner).toMatchObject({ fence: 2, holder: 'winner' });
      // The other's answer was lost, or its UPDATE came second: it believes in number 2 as well.
      expect(await store.takeOver(id, record, { holder: 'loser', leaseMs: 60_000 })).toBeNull();
      const loser = { fence: 2, holder: 'loser' };
      expect(await store.renew(id, loser, 1)).toBe(false);
      expect(await store.release(id, loser, { state: 'running', retryInMs: 0 })).toBe(false);
      const write = store.transaction((session) =>
        session.settle(id, loser, { state: 'succeeded', outcome: '"loser"' }),
      );
      await expect(write).rejects.toThrow("doesn't hold");
      expect((await store.read(id)).record).toMatchObject({ state: 'running', holder: 'winner' });
    });

    test('a holder that came back isn’t given up, and what is given up stays so', async () => {
      const { store, engine } = await setting();
      const abandoned = callOf();
      await engine
        .run(abandoned, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          throw new TemporarilyUnavailable('gives the lease back');
        })
        .catch(() => undefined);
      const id = idOf(abandoned);
      const back = await store.takeOver(id, await whenDue(store, id), { holder: 'back', leaseMs: 60_000 });
      if (back === null) throw new Error('not taken over');
      expect(await store.release(id, back, { state: 'stuck', retryInMs: 0 })).toBe(false);
      expect(await store.release(id, back, { state: 'running', retryInMs: 0 })).toBe(true);
      expect(await store.release(id, back, { state: 'stuck', retryInMs: 0 })).toBe(true);
      expect(await store.release(id, back, { state: 'running', retryInMs: 0 })).toBe(false);
      expect((await store.read(id)).record?.state).toBe('stuck');
    });

    test('nobody takes over before the next try is due', async () => {
      const { store, engine } = await setting();
      const patient = callOf({ policy: { ...testPolicy, backoffBaseMs: 60_000, backoffCapMs: 60_000 } });
      await engine
        .run(patient, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          throw new TemporarilyUnavailable('gives the lease back');
        })
        .catch(() => undefined);
      const { record } = await store.read(idOf(patient));
      if (record === null) throw new Error('no record');
      expect(await store.takeOver(idOf(patient), record, { holder: 'early', leaseMs: 1_000 })).toBeNull();
    });

    test('hazard 45: a holder is fenced by another holder of its own number', async () => {
      const { store } = await setting();
      const contested = callOf({ policy: { ...testPolicy, joinMs: 50 } });
      // As after a takeover whose answer was lost: the record names another holder, under the same number.
      const usurped: Store<Tx> = {
        ...storeWith(store),
        transaction: (work) =>
          store.transaction((session) =>
            work({
              tx: session.tx,
              claim: (record) => session.claim(record),
              lock: async (id) => {
                const record = await session.lock(id);
                return record && { ...record, holder: 'usurper' };
              },
              savepoint: (inner) => session.savepoint(inner),
              saveSteps: (id, claim, results, as) => session.saveSteps(id, claim, results, as),
              settle: (id, claim, settlement) => session.settle(id, claim, settlement),
            }),
          ),
      };
      const engine = new Engine<Tx>({ store: usurped, ports: nodePorts });
      const result = await refused(
        engine.run(contested, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          return operation.settle(() => Promise.resolve('stale'));
        }),
      );
      expect(result).toBe('OPERATION_IN_PROGRESS');
    });

    test('a returned refusal is stored and keeps its transaction’s writes', async () => {
      const { engine, write, committed } = await setting();
      const name = makeKey();
      const settled = await engine.run(callOf(), (operation) =>
        operation.settle(async (tx) => {
          await write(tx, name, 'released');
          return no();
        }),
      );
      expect(settled.outcome.kind).toBe('failed');
      expect(await committed(name)).toBe('released');
    });

    test('a refusal thrown outside any transaction is stored as well', async () => {
      const { engine } = await setting();
      const early = callOf();
      const mutation = () => Promise.reject(no());
      const first = await engine.run(early, mutation);
      const again = await engine.run(early, mutation);
      expect(textOf(again)).toBe(textOf(first));
      expect(first.replayed).toBe(false);
      expect(again.replayed).toBe(true);
    });

    test('hazard 10: an infrastructure failure is not stored; a retry resumes after the finished steps', async () => {
      const { engine } = await setting();
      const flaky = callOf();
      const runs = { reserve: 0, charge: 0 };
      const keys = new Set<string>();
      const mutation = async (operation: Operation<Tx>) => {
        const order = await operation.transact('reserve', () => Promise.resolve({ order: ++runs.reserve }));
        await operation.remote('charge', ({ key }) => {
          keys.add(key);
          if (++runs.charge === 1) throw new TemporarilyUnavailable('not sent');
          return Promise.resolve('charged');
        });
        return operation.settle(() => Promise.resolve(order));
      };
      expect(await refused(engine.run(flaky, mutation))).toBe('TEMPORARILY_UNAVAILABLE');
      const settled = await engine.run(flaky, mutation);
      expect(textOf(settled)).toBe('{"order":1}');
      expect(runs).toEqual({ reserve: 1, charge: 2 });
      expect(keys.size).toBe(1);
    });

    test('a failure in the first transaction leaves nothing: the key is as new', async () => {
      const { engine, write, committed } = await setting();
      const broken = callOf();
      const name = makeKey();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) =>
        operation.settle(async (tx) => {
          await write(tx, name, String(++executions));
          if (executions === 1) throw new Error('a bug');
          return executions;
        });
      expect(await refused(engine.run(broken, mutation))).toBe('INTERNAL');
      expect(await committed(name)).toBeNull();
      expect((await engine.inquire(broken)).state).toBe('not_seen');
      expect(textOf(await engine.run(broken, mutation))).toBe('2');
      expect(await committed(name)).toBe('2');
    });

    test('hazards 19, 23: another payload under the same key is refused, also after the lease is over', async () => {
      const { engine } = await setting();
      const idempotencyKey = makeKey();
      const first = callOf({ idempotencyKey, body: { n: 1 } });
      const other = callOf({ idempotencyKey, body: { n: 2 } });
      const crash = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        throw new Error('crash');
      };
      expect(await refused(engine.run(first, crash))).toBe('INTERNAL');
      expect(
        await refused(engine.run(other, (operation) => operation.settle(() => Promise.resolve(2)))),
      ).toBe('IDEMPOTENCY_KEY_REUSED');
    });

    test('hazard 21: the same key of another scope or procedure is another operation', async () => {
      const { engine } = await setting();
      const idempotencyKey = makeKey();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) => operation.settle(() => Promise.resolve(++executions));
      await engine.run(callOf({ idempotencyKey }), mutation);
      await engine.run(callOf({ idempotencyKey, scope: 'customer-2', principal: 'customer-2' }), mutation);
      await engine.run(callOf({ idempotencyKey, procedure: 'test.other' }), mutation);
      expect(executions).toBe(3);
    });

    test('another principal in the same scope learns nothing', async () => {
      const { engine } = await setting();
      const idempotencyKey = makeKey();
      const mutation = (operation: Operation<Tx>) => operation.settle(() => Promise.resolve('secret'));
      await engine.run(callOf({ idempotencyKey }), mutation);
      const other = callOf({ idempotencyKey, principal: 'operator-1' });
      expect(await refused(engine.run(other, mutation))).toBe('OPERATION_NOT_FOUND');
      expect(await refused(engine.inquire(other))).toBe('OPERATION_NOT_FOUND');
    });

    test('a missing, malformed, expired or future key executes nothing', async () => {
      const { engine } = await setting();
      let executions = 0;
      const mutation = (operation: Operation<Tx>) => operation.settle(() => Promise.resolve(++executions));
      const run = (idempotencyKey: string) => refused(engine.run(callOf({ idempotencyKey }), mutation));
      const now = Date.now();
      expect(await run('')).toBe('IDEMPOTENCY_KEY_MISSING');
      expect(await run('x'.repeat(10_000))).toBe('IDEMPOTENCY_KEY_MALFORMED');
      expect(await run('00000000-0000-4000-8000-000000000000')).toBe('IDEMPOTENCY_KEY_MALFORMED');
      expect(await run(makeKey(now - testPolicy.windowBackMs - 60_000))).toBe('IDEMPOTENCY_KEY_EXPIRED');
      expect(await run(makeKey(now + testPolicy.windowAheadMs + 60_000))).toBe(
        'IDEMPOTENCY_KEY_FROM_THE_FUTURE',
      );
      expect(executions).toBe(0);
    });

    test('hazard 13: a duplicate on another node joins, and gets the first one’s answer', async () => {
      const { node } = await setting();
      const slow = callOf();
      const inRemote = Promise.withResolvers<void>();
      const answerNow = Promise.withResolvers<void>();
      let executions = 0;
      const mutation = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(++executions));
        await operation.remote('charge', () => {
          inRemote.resolve();
          return answerNow.promise;
        });
        return operation.settle(() => Promise.resolve({ executions }));
      };
      const first = node().run(slow, mutation);
      await inRemote.promise;
      const second = node().run(slow, mutation);
      answerNow.resolve();
      expect(textOf(await second)).toBe(textOf(await first));
      expect((await second).replayed).toBe(true);
      expect(executions).toBe(1);
    });

    test('a duplicate that has waited long enough is told "in progress", and keeps its lease renewed', async () => {
      const { node } = await setting();
      const policy = { ...testPolicy, leaseMs: 150, joinMs: 500 };
      const slow = callOf({ policy });
      const answerNow = Promise.withResolvers<void>();
      const inRemote = Promise.withResolvers<void>();
      const mutation = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', () => {
          inRemote.resolve();
          return answerNow.promise;
        });
        return operation.settle(() => Promise.resolve('first'));
      };
      const first = node().run(slow, mutation);
      await inRemote.promise;
      // The wait is three leases long: without renewals the duplicate would take over.
      const duplicate = await node()
        .run(slow, mustNotRun)
        .catch((error: unknown) => error);
      expect(duplicate).toMatchObject({ code: 'OPERATION_IN_PROGRESS' });
      expect((duplicate as IdempotencyError).retryAfterMs).toBeGreaterThan(0);
      answerNow.resolve();
      expect(textOf(await first)).toBe('"first"');
    });

    test('a duplicate in the same process that has waited long enough is told whose operation it waits for', async () => {
      const { engine } = await setting();
      const slow = callOf({ policy: { ...testPolicy, joinMs: 50 } });
      const answerNow = Promise.withResolvers<void>();
      const inRemote = Promise.withResolvers<string>();
      const first = engine.run(slow, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', () => {
          inRemote.resolve(operation.id);
          return answerNow.promise;
        });
        return operation.settle(() => Promise.resolve('first'));
      });
      const operationId = await inRemote.promise;
      const duplicate = await engine.run(slow, mustNotRun).catch((error: unknown) => error);
      expect(duplicate).toMatchObject({ code: 'OPERATION_IN_PROGRESS', operationId });
      answerNow.resolve();
      expect(textOf(await first)).toBe('"first"');
    });

    test('hazards 5, 39: after the holder’s lease another node takes over and resumes', async () => {
      const { node, store, events } = await setting();
      const abandoned = callOf();
      const runs = { reserve: 0, charge: 0 };
      const hang = Promise.withResolvers<never>();
      const inRemote = Promise.withResolvers<void>();
      const mutation = (holderDies: boolean) => async (operation: Operation<Tx>) => {
        const order = await operation.transact('reserve', () => Promise.resolve(++runs.reserve));
        await operation.remote('charge', ({ repeated }) => {
          runs.charge++;
          inRemote.resolve();
          expect(repeated).toBe(!holderDies);
          return holderDies ? hang.promise : Promise.resolve('charged');
        });
        return operation.settle(() => Promise.resolve(order));
      };
      // A dead holder renews nothing: an engine whose store can't renew is as good as dead.
      const dead = new Engine<Tx>({ store: withoutRenewals(store), ports: nodePorts });
      void dead.run(abandoned, mutation(true)).catch(() => undefined);
      await inRemote.promise;
      const settled = await node().run(abandoned, mutation(false));
      expect(textOf(settled)).toBe('1');
      expect(runs).toEqual({ reserve: 1, charge: 2 });
      expect(events.filter(({ type }) => type === 'taken_over')).toHaveLength(1);
    });

    test('hazard 6: a holder that was paused past its lease writes nothing, and answers what the other settled', async () => {
      const { node, store, write, committed, events } = await setting();
      const paused = callOf();
      const inRemote = Promise.withResolvers<void>();
      const wake = Promise.withResolvers<void>();
      const name = makeKey();
      const mutation = (who: string, pause: boolean) => async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', async () => {
          inRemote.resolve();
          if (pause) await wake.promise;
          return 'charged';
        });
        return operation.settle(async (tx) => {
          await write(tx, name, who);
          return who;
        });
      };
      const zombie = new Engine<Tx>({
        store: withoutRenewals(store),
        ports: nodePorts,
        onEvent: (event) => void events.push(event),
      });
      const first = zombie.run(paused, mutation('zombie', true));
      await inRemote.promise;
      const second = await node().run(paused, mutation('successor', false));
      wake.resolve();
      expect(textOf(second)).toBe('"successor"');
      expect(textOf(await first)).toBe('"successor"');
      expect(await committed(name)).toBe('successor');
      expect(events.filter(({ type }) => type === 'fenced')).toHaveLength(1);
    });

    test('an unknown remote outcome: a caller is told so, the completer settles it', async () => {
      const { engine } = await setting();
      const lost = callOf();
      let calls = 0;
      const mutation = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', ({ repeated }) => {
          calls++;
          if (!repeated) throw new OutcomeUnknown('no answer');
          return Promise.resolve('charged');
        });
        return operation.settle(() => Promise.resolve('paid'));
      };
      const policy = { ...testPolicy, joinMs: 50 };
      const impatient = { ...lost, policy };
      expect(await refused(engine.run(impatient, mutation))).toBe('OUTCOME_UNKNOWN');
      expect((await engine.inquire(lost)).state).toBe('outcome_unknown');
      // A retry doesn't take over here: finding out has its own pace.
      expect(await refused(engine.run(impatient, mutation))).toBe('OUTCOME_UNKNOWN');
      expect(calls).toBe(1);
      const settled = await completeWhenDue(engine, lost, mutation);
      expect(textOf(settled)).toBe('"paid"');
      expect(textOf(await engine.run(lost, mutation))).toBe('"paid"');
      expect(calls).toBe(2);
    });

    test('the completer gives the resumed mutation its input, and gives up loudly', async () => {
      const { engine, events } = await setting();
      const poisonous = callOf({ body: { n: 7 } });
      const seen: unknown[] = [];
      const mutation = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        throw new TemporarilyUnavailable('never works');
      };
      expect(await refused(engine.run(poisonous, mutation))).toBe('TEMPORARILY_UNAVAILABLE');
      const id = idOf(poisonous);
      for (let round = 0; round < 200 && (await engine.inquire(poisonous)).state !== 'stuck'; round++) {
        await engine
          .complete(id, {
            policy: testPolicy,
            resume: (operation, input) => {
              seen.push(input);
              return mutation(operation);
            },
          })
          .catch(() => null);
        await nodePorts.sleep(2);
      }
      expect((await engine.inquire(poisonous)).state).toBe('stuck');
      expect(seen).toEqual(Array.from({ length: testPolicy.maxTries }, () => ({ n: 7 })));
      expect(events.filter(({ type }) => type === 'stuck')).toHaveLength(1);
      expect(await refused(engine.run(poisonous, mutation))).toBe('BEING_VERIFIED');
    });

    test('a completer is shown what it can go on with, and nothing else', async () => {
      const { engine } = await setting();
      const previous = { 1: { parseInput: (raw: unknown) => raw, resume: { input: (raw: unknown) => raw } } };
      const breakOff = async (procedure: string, version: number) => {
        const call = callOf({ procedure, policy: { ...testPolicy, version } });
        await engine
          .run(call, async (operation) => {
            await operation.transact('reserve', () => Promise.resolve(1));
            throw new TemporarilyUnavailable('once');
          })
          .catch(() => undefined);
        return idOf(call).key;
      };
      const [buy1, buy2, buy3] = [
        await breakOff('test.buy', 1),
        await breakOff('test.buy', 2),
        await breakOff('test.buy', 3),
      ];
      const sell2 = await breakOff('test.sell', 2);
      await nodePorts.sleep(5);
      const shown = async (policies?: Record<string, Policy>) =>
        (await engine.abandoned(1_000, policies))
          .map(({ key }) => key)
          .filter((key) => [buy1, buy2, buy3, sell2].includes(key))
          .toSorted();
      const two = { ...testPolicy, version: 2 };
      expect(await shown()).toEqual([buy1, buy2, buy3, sell2].toSorted());
      expect(await shown({ 'test.buy': two })).toEqual([buy2]);
      expect(await shown({ 'test.buy': { ...two, previous } })).toEqual([buy1, buy2].toSorted());
      expect(await shown({ 'test.buy': two, 'test.sell': two })).toEqual([buy2, sell2].toSorted());
      expect(await shown({})).toEqual([]);
    });

    test('two completers at once: one finishes it', async () => {
      const { engine, node } = await setting();
      const abandoned = callOf();
      let settles = 0;
      const mutation = (fail: boolean) => async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        if (fail) throw new TemporarilyUnavailable('once');
        return operation.settle(() => Promise.resolve(++settles));
      };
      await engine.run(abandoned, mutation(true)).catch(() => undefined);
      await nodePorts.sleep(5);
      const completers = [node(), node(), node()];
      const outcomes = await Promise.all(
        completers.map((completer) =>
          completer.complete(idOf(abandoned), {
            policy: testPolicy,
            resume: (operation) => mutation(false)(operation),
          }),
        ),
      );
      expect(settles).toBe(1);
      expect(outcomes.filter((outcome) => outcome !== null).length).toBeGreaterThanOrEqual(1);
      expect((await engine.abandoned(100)).map(({ key }) => key)).not.toContain(idOf(abandoned).key);
    });

    test('hazard 42: a closed key never executes, and a used one isn’t closed', async () => {
      const { engine } = await setting();
      const unused = callOf();
      const mutation = (operation: Operation<Tx>) => operation.settle(() => Promise.resolve('executed'));
      expect(await engine.inquire(unused)).toMatchObject({ state: 'not_seen', definite: false });
      expect(await engine.close(unused)).toMatchObject({ state: 'void', definite: true });
      expect((await engine.run(unused, mutation)).outcome.kind).toBe('void');
      const used = callOf();
      await engine.run(used, mutation);
      expect(await engine.close(used)).toMatchObject({ state: 'succeeded', definite: true });
    });

    test('hazard 40: asking for a key that was never sent answers at once', async () => {
      const { engine } = await setting();
      expect((await engine.inquire(callOf())).state).toBe('not_seen');
      const old = callOf({ idempotencyKey: makeKey(Date.now() - testPolicy.windowBackMs - 60_000) });
      expect((await engine.inquire(old)).state).toBe('expired');
    });

    test('an intent that is under way under another key rolls its claim back', async () => {
      const { engine } = await setting();
      const other = callOf();
      const error = await engine
        .run(other, (operation) =>
          operation.transact('reserve', () => Promise.reject(new AlreadyInProgress('op_other'))),
        )
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'OPERATION_IN_PROGRESS', operationId: 'op_other' });
      expect((await engine.inquire(other)).state).toBe('not_seen');
    });

    test('a finished intent is claimed and settled in one transaction, and runs no further step', async () => {
      const { engine } = await setting();
      const late = callOf();
      let further = 0;
      const mutation = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.resolve(new Finished({ order: 'of another key' })));
        further++;
      };
      const first = await engine.run(late, mutation);
      expect(first).toMatchObject({
        replayed: false,
        outcome: { kind: 'succeeded', text: '{"order":"of another key"}' },
      });
      expect(await engine.run(late, mutation)).toEqual({ ...first, replayed: true });
      expect(further).toBe(0);
    });

    test('a listener that throws changes nothing', async () => {
      const { node } = await setting();
      const engine = node({
        onEvent: () => {
          throw new Error('the log is full');
        },
      });
      const call = callOf();
      expect(textOf(await engine.run(call, (operation) => operation.settle(() => Promise.resolve(1))))).toBe(
        '1',
      );
      expect((await engine.run(call, mustNotRun)).replayed).toBe(true);
    });

    test('each call ends in one event that tells its decision, its attempt and its duration', async () => {
      const { engine, events, node } = await setting();
      const call = callOf();
      const buy = (operation: Operation<Tx>) => operation.settle(() => Promise.resolve(1));
      await engine.run(call, buy);
      await node().run({ ...call, attempt: { number: 2, reason: 'timeout' } }, buy);
      await refused(engine.run(callOf({ idempotencyKey: 'no key' }), buy));
      const answered = events.filter((event) => event.type === 'answered');
      expect(answered).toMatchObject([
        { decision: 'executed', code: null, attempt: null },
        { decision: 'replayed', code: null, attempt: { number: 2, reason: 'timeout' } },
        { decision: 'refused', code: 'IDEMPOTENCY_KEY_MALFORMED' },
      ]);
      for (const { durationMs } of answered) expect(durationMs).toBeGreaterThanOrEqual(0);
    });

    test('a mutation that forgets to settle is an error, not a success', async () => {
      const { engine } = await setting();
      expect(await refused(engine.run(callOf(), () => Promise.resolve('looks fine')))).toBe('INTERNAL');
    });
  });
}
