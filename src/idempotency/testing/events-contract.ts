import { describe, expect, test } from 'vitest';
import {
  OutcomeUnknown,
  ReplayCache,
  TemporarilyUnavailable,
  type Attempt,
  type EngineEvent,
  type FailpointHit,
  type Operation,
} from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import {
  callOf,
  completeWhenDue,
  idOf,
  mustNotRun,
  refused,
  settingOf,
  testPolicy,
  whenDue,
  withoutRenewals,
  type StoreUnderTest,
} from './contract-bench.ts';

const attempt: Attempt = { number: 2, reason: 'timeout' };

/** The event of this type; a test that expects one has none of the others. */
function only<T extends EngineEvent['type']>(events: readonly EngineEvent[], type: T) {
  return events.filter((event): event is Extract<EngineEvent, { type: T }> => event.type === type);
}

/** Metrics, logs and the audit trail see what happened by events alone: each is told once, and whole. */
export function eventsContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  /** An engine whose own clock only the test moves. */
  const setting = async () => {
    const under = await settingOf(setUp);
    const clock = { ms: 1_000 };
    const ports = { ...nodePorts, monotonicMs: () => clock.ms };
    const hits: FailpointHit[] = [];
    const failpoint = (hit: FailpointHit) => {
      hits.push(hit);
      return Promise.resolve();
    };
    const passing =
      <R>(ms: number, result: R) =>
      () => {
        clock.ms += ms;
        return Promise.resolve(result);
      };
    return { ...under, ports, hits, failpoint, passing, timed: under.node({ ports, failpoint }) };
  };

  describe(`events on ${name}`, () => {
    test('of a call with steps tell each of them, with its duration', async () => {
      const { timed, passing, events } = await setting();
      const call = callOf({ attempt });
      const { operationId } = await timed.run(call, async (operation) => {
        await operation.transact('reserve', passing(20, 1));
        await operation.remote('charge', passing(300, 'charged'));
        await operation.transact('note', passing(5, 2));
        return operation.settle(passing(10, 'done'));
      });
      const about = { id: idOf(call), operationId, attempt };
      expect(events).toEqual([
        { ...about, type: 'claimed' },
        { ...about, type: 'step_finished', step: 'reserve', fence: 1, durationMs: 20 },
        { ...about, type: 'remote_called', step: 'charge', fence: 1, answered: true, durationMs: 300 },
        { ...about, type: 'step_finished', step: 'note', fence: 1, durationMs: 5 },
        { ...about, type: 'settled', state: 'succeeded', fence: 1 },
        { ...about, type: 'answered', decision: 'executed', code: null, durationMs: 335 },
      ]);
    });

    test('of a call without steps are three', async () => {
      const { engine, events } = await setting();
      await engine.run(callOf(), (operation) => operation.settle(() => Promise.resolve(1)));
      expect(events.map(({ type }) => type)).toEqual(['claimed', 'settled', 'answered']);
    });

    test.each([
      ['caller', 'resumed'],
      ['completer', null],
    ] as const)('of a takeover by a %s tell who it was', async (by, decision) => {
      const { engine, events, store } = await setting();
      const call = callOf();
      const failure = new TemporarilyUnavailable('once');
      const breakOff = engine.run({ ...call, attempt }, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        return operation.remote('charge', () => Promise.reject(failure));
      });
      const refusal = await breakOff.catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE', retryAfterMs: 1, cause: failure });
      await whenDue(store, idOf(call));
      const finish = async (operation: Operation<Tx>) => {
        await operation.transact('reserve', () => Promise.reject(new Error('ran again')));
        return operation.settle(() => Promise.resolve('done'));
      };
      const settled = await (by === 'caller'
        ? engine.run(call, finish)
        : completeWhenDue(engine, call, finish));
      expect(settled).toMatchObject({ replayed: false, outcome: { kind: 'succeeded' } });
      const about = { id: idOf(call), operationId: settled.operationId };
      const anyMs = expect.any(Number) as number;
      const first = { ...about, attempt };
      const second = { ...about, attempt: null };
      expect(events).toEqual([
        { ...first, type: 'claimed' },
        { ...first, type: 'step_finished', step: 'reserve', fence: 1, durationMs: anyMs },
        { ...first, type: 'remote_called', step: 'charge', fence: 1, answered: false, durationMs: anyMs },
        { ...first, type: 'released', as: 'running', fence: 1, error: failure },
        {
          ...first,
          type: 'answered',
          decision: 'refused',
          code: 'TEMPORARILY_UNAVAILABLE',
          durationMs: anyMs,
        },
        { ...second, type: 'taken_over', fence: 2, by },
        { ...second, type: 'settled', state: 'succeeded', fence: 2 },
        ...(decision === null
          ? []
          : [{ ...second, type: 'answered', decision, code: null, durationMs: anyMs }]),
      ]);
    });

    test('of an unknown outcome tell that it was released as such', async () => {
      const { engine, events } = await setting();
      const call = callOf();
      const failure = new OutcomeUnknown('no answer');
      const refusal = await engine
        .run(call, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          return operation.remote('charge', () => Promise.reject(failure));
        })
        .catch((error: unknown) => error);
      const [released] = only(events, 'released');
      expect(released).toMatchObject({ as: 'outcome_unknown', error: failure });
      expect(refusal).toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        operationId: released?.operationId,
        retryAfterMs: testPolicy.backoffBaseMs,
        cause: failure,
      });
    });

    test('of a turn are told once, however often it is asked for', async () => {
      const { engine, events } = await setting();
      const call = callOf();
      await engine
        .run(call, async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          await operation.compensate('sold out');
          await operation.compensate('sold out, as was said');
          return operation.settle(() => Promise.reject(new TemporarilyUnavailable('not now')));
        })
        .catch(() => undefined);
      expect(only(events, 'compensating')).toMatchObject([{ reason: 'sold out', fence: 1 }]);
    });

    test('tell how each duplicate got its answer', async () => {
      const { engine, node, events, ports } = await setting();
      const call = callOf();
      const inRemote = Promise.withResolvers<void>();
      const answerNow = Promise.withResolvers<void>();
      const first = engine.run(call, async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', () => {
          inRemote.resolve();
          return answerNow.promise;
        });
        return operation.settle(() => Promise.resolve('done'));
      });
      await inRemote.promise;
      const besides = engine.run(call, mustNotRun);
      const pausesMs: number[] = [];
      const elsewhere = node({
        ports: {
          ...ports,
          sleep: async (ms) => {
            pausesMs.push(ms);
            if (pausesMs.length === 6) {
              answerNow.resolve();
              await first;
            }
          },
        },
      });
      const joined = await elsewhere.run(call, mustNotRun);
      const replayed = { ...(await first), replayed: true };
      expect([joined, await besides]).toEqual([replayed, replayed]);
      await engine.run(call, mustNotRun);
      const cached = node({ replayCache: new ReplayCache({ maxBytes: 10_000 }) });
      await cached.run(call, mustNotRun);
      await cached.run(call, mustNotRun);
      const decisions = only(events, 'answered').map(({ decision }) => decision);
      expect(decisions.toSorted()).toEqual([
        'executed',
        'joined',
        'joined',
        'replayed',
        'replayed',
        'replayed',
      ]);
      // Soon at first, since most work is short; then at a pace that a store can bear.
      expect(pausesMs).toEqual([5, 10, 20, 40, 50, 50]);
    });

    test('of questions tell what was found', async () => {
      const { engine, events } = await setting();
      const call = callOf();
      const { operationId } = await engine.run(call, (operation) =>
        operation.settle(() => Promise.resolve(1)),
      );
      const unused = callOf();
      events.length = 0;
      await engine.inquire(call);
      await engine.close(call);
      await engine.inquire(unused);
      const closed = await engine.close(unused);
      const used = { id: idOf(call), operationId, attempt: null, state: 'succeeded' };
      const about = { id: idOf(unused), attempt: null };
      expect(closed.operationId).toMatch(/^op_/);
      expect(events).toEqual([
        { ...used, type: 'inquired' },
        { ...used, type: 'closed' },
        { ...about, type: 'inquired', operationId: null, state: 'not_seen' },
        { ...about, type: 'closed', operationId: closed.operationId, state: 'void' },
      ]);
    });

    test('of a call without a key name none', async () => {
      const { engine, events } = await setting();
      const call = callOf({ idempotencyKey: 'no key' });
      await refused(engine.run(call, mustNotRun));
      const { scope, procedure } = call;
      expect(events).toMatchObject([
        { type: 'answered', id: { key: '', scope, procedure }, operationId: null, decision: 'refused' },
      ]);
    });

    test('tell of no answer where the process died before it', async () => {
      const { node, events } = await setting();
      const dying = node({
        failpoint: ({ point }) =>
          point === 'before_answer' ? Promise.reject(new Error('dead')) : Promise.resolve(),
      });
      await expect(
        dying.run(callOf(), (operation) => operation.settle(() => Promise.resolve(1))),
      ).rejects.toThrow('dead');
      expect(events.map(({ type }) => type)).toEqual(['claimed', 'settled']);
    });
  });

  /** What the harness kills and holds processes at: a boundary that isn't met is one that nobody tests. */
  describe(`failpoints on ${name}`, () => {
    test('are met in the order of the protocol, each with its step and its holder’s number', async () => {
      const { node, failpoint, hits, store } = await setting();
      const engine = node({ store: withoutRenewals(store), failpoint });
      const call = callOf();
      const ids: string[] = [];
      const purchase = (fails: boolean) => async (operation: Operation<Tx>) => {
        ids.push(operation.id);
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.remote('charge', () =>
          fails ? Promise.reject(new TemporarilyUnavailable('once')) : Promise.resolve('charged'),
        );
        return operation.settle(() => Promise.resolve('done'));
      };
      await refused(engine.run(call, purchase(true)));
      await whenDue(store, idOf(call));
      const taken = hits.length;
      await completeWhenDue(engine, call, purchase(false));
      await engine.run(call, mustNotRun);
      const told = hits.map(({ point, step, fence }) => [point, step, fence]);
      expect(told.slice(0, taken)).toEqual([
        ['before_transaction', 'reserve', 1],
        ['entered', 'reserve', 1],
        ['before_commit', 'reserve', 1],
        ['after_commit', 'reserve', 1],
        ['before_remote', 'charge', 1],
        ['before_release', null, 1],
        ['after_release', null, 1],
      ]);
      expect(told.slice(taken)).toEqual([
        ['before_take_over', null, 1],
        ['after_take_over', null, 2],
        ['before_remote', 'charge', 2],
        ['after_remote', 'charge', 2],
        ['before_transaction', 'settle', 2],
        ['entered', 'settle', 2],
        ['before_commit', 'settle', 2],
        ['after_commit', 'settle', 2],
        // A call that isn't the first still begins as one: its claim is lost.
        ['before_transaction', 'settle', 1],
        ['before_answer', null, null],
      ]);
      expect(new Set(hits.map(({ id }) => JSON.stringify(id)))).toEqual(
        new Set([JSON.stringify(idOf(call))]),
      );
      expect(new Set(hits.slice(0, -2).map(({ operationId }) => operationId))).toEqual(new Set(ids));
      expect(hits.at(-1)?.operationId).toBe(ids[0]);
    });
  });
}
