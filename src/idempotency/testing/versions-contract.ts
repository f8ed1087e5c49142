import { describe, expect, test } from 'vitest';
import {
  fingerprints,
  TemporarilyUnavailable,
  type Call,
  type Operation,
  type Policy,
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
  testPolicy,
  textOf,
  type StoreUnderTest,
} from './contract-bench.ts';
import { makeKey } from './keys.ts';

interface InputV1 {
  readonly n: number;
}
interface InputV2 extends InputV1 {
  readonly gift: boolean;
}
interface ReservedV1 {
  readonly order: string;
}
interface ReservedV2 {
  readonly orderId: string;
}

/** What was deployed first. */
const v1: Policy = { ...testPolicy, joinMs: 60 };

/** A deployment later: an input with a default, steps and answers of another shape. */
const v2: Policy = {
  ...v1,
  version: 2,
  previous: {
    1: {
      parseInput: (raw) => ({ n: (raw as InputV1).n }),
      resume: {
        input: (stored) => parseV2(stored),
        steps: (results) => {
          const reserved = results['reserve'] as ReservedV1 | undefined;
          return reserved === undefined ? {} : { reserve: { orderId: reserved.order } satisfies ReservedV2 };
        },
      },
      answer: (stored) => ({ orderId: (stored as ReservedV1).order }),
    },
  },
};

const parseV2 = (raw: unknown): InputV2 => ({ gift: false, ...(raw as InputV1) });

/** The same request, as a node of either version takes it. */
function callTo(version: 1 | 2, idempotencyKey: string, raw: object = { n: 1 }): Call {
  const policy = version === 1 ? v1 : v2;
  const input = version === 1 ? raw : parseV2(raw);
  return callOf({
    idempotencyKey,
    policy,
    fingerprints: fingerprints(nodePorts, policy, input, raw),
    input: JSON.stringify(input),
  });
}

const reserveV1 = <Tx>(operation: Operation<Tx>) =>
  operation.transact<ReservedV1>('reserve', () => Promise.resolve({ order: operation.id }));

const buyV1 = async <Tx>(operation: Operation<Tx>) => {
  const { order } = await reserveV1(operation);
  return operation.settle(() => Promise.resolve({ order }));
};

const dieAfterReserve = async <Tx>(operation: Operation<Tx>) => {
  await reserveV1(operation);
  throw new TemporarilyUnavailable('the node is replaced');
};

const buyV2 = async <Tx>(operation: Operation<Tx>) => {
  const { orderId } = await operation.transact<ReservedV2>('reserve', () =>
    Promise.reject(new Error('a finished step ran again')),
  );
  return operation.settle(() => Promise.resolve({ orderId }));
};

/** Two versions of a service on one store, as during a rolling deployment. */
export function versionsContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  describe(`two versions on ${name}`, () => {
    test('hazard 49: a retry across a deployment that added a default is a retry, answered in the new form', async () => {
      const { engine, node } = await settingOf(setUp);
      const key = makeKey();
      const before = await engine.run(callTo(1, key), buyV1);
      const after = await node().run(callTo(2, key), mustNotRun);
      expect(after.replayed).toBe(true);
      expect(after.operationId).toBe(before.operationId);
      expect(textOf(after)).toBe(JSON.stringify({ orderId: before.operationId }));
      const inquiry = await node().inquire(callTo(2, key));
      expect(inquiry.outcome).toEqual({ kind: 'succeeded', text: textOf(after) });
      // The bytes that were stored stay what they are, for nodes of their version.
      expect(textOf(await engine.run(callTo(1, key), mustNotRun))).toBe(textOf(before));
    });

    test('another content is refused across versions too', async () => {
      const { engine, node } = await settingOf(setUp);
      const key = makeKey();
      await engine.run(callTo(1, key), buyV1);
      expect(await refused(node().run(callTo(2, key, { n: 2 }), mustNotRun))).toBe('IDEMPOTENCY_KEY_REUSED');
    });

    test('a refusal of the older version is replayed as it is', async () => {
      const { engine, node } = await settingOf(setUp);
      const key = makeKey();
      const before = await engine.run(callTo(1, key), (operation) =>
        operation.settle(() => Promise.reject(no())),
      );
      expect(textOf(await node().run(callTo(2, key), mustNotRun))).toBe(textOf(before));
    });

    test('what the older version began, the newer one’s completer finishes, from its finished steps', async () => {
      const { engine, node } = await settingOf(setUp);
      const key = makeKey();
      expect(await refused(engine.run(callTo(1, key), dieAfterReserve))).toBe('TEMPORARILY_UNAVAILABLE');
      const seen: unknown[] = [];
      const settled = await completeWhenDue(node(), callTo(2, key), (operation, input) => {
        seen.push(input);
        return buyV2(operation);
      });
      expect(seen).toEqual([{ n: 1, gift: false }]);
      expect(textOf(settled)).toBe(JSON.stringify({ orderId: settled.operationId }));
      expect(textOf(await node().run(callTo(2, key), mustNotRun))).toBe(textOf(settled));
    });

    test('a caller of the newer version takes over as well; then the older nodes leave it alone', async () => {
      const { engine, node, store } = await settingOf(setUp);
      const key = makeKey();
      await refused(engine.run(callTo(1, key), dieAfterReserve));
      await nodePorts.sleep(5);
      const again = refused(
        node().run(callTo(2, key), (operation) =>
          operation
            .transact('reserve', () => Promise.reject(new Error('ran again')))
            .then(() => {
              throw new TemporarilyUnavailable('the new node dies too');
            }),
        ),
      );
      expect(await again).toBe('TEMPORARILY_UNAVAILABLE');
      const { record } = await store.read(idOf(callTo(1, key)));
      expect(record).toMatchObject({ policyVersion: 2, input: '{"gift":false,"n":1}' });
      await nodePorts.sleep(5);
      expect(await refused(engine.run(callTo(1, key), mustNotRun))).toBe('OPERATION_IN_PROGRESS');
      expect(await engine.complete(idOf(callTo(1, key)), { policy: v1, resume: mustNotRun })).toBeNull();
      const settled = await completeWhenDue(node(), callTo(2, key), buyV2);
      expect(textOf(settled)).toBe(JSON.stringify({ orderId: settled.operationId }));
    });

    test('an older node refuses what a newer one settled, clearly and for a while only', async () => {
      const { engine, node } = await settingOf(setUp);
      const key = makeKey();
      await node().run(callTo(2, key), (operation) =>
        operation.settle(() => Promise.resolve({ orderId: 'o' })),
      );
      expect(await refused(engine.run(callTo(1, key), mustNotRun))).toBe('OPERATION_OF_NEWER_VERSION');
      // Who only asks is told that it succeeded, if not with what.
      expect(await engine.inquire(callTo(1, key))).toMatchObject({ state: 'succeeded', outcome: null });
    });

    test('a version that says nothing of an older one refuses its answers and leaves its work alone', async () => {
      const { engine, node } = await settingOf(setUp);
      const silent: Policy = { ...v1, version: 2 };
      const [done, begun] = [makeKey(), makeKey()];
      await engine.run(callTo(1, done), buyV1);
      await refused(engine.run(callTo(1, begun), dieAfterReserve));
      await nodePorts.sleep(5);
      const to = (idempotencyKey: string) => callOf({ idempotencyKey, policy: silent });
      expect(await refused(node().run(to(done), mustNotRun))).toBe('ANSWER_OF_OLDER_VERSION');
      expect(await refused(node().run(to(begun), mustNotRun))).toBe('OPERATION_IN_PROGRESS');
      expect(await node().complete(idOf(to(begun)), { policy: silent, resume: mustNotRun })).toBeNull();
    });
  });
}
