import { initTRPC } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { expect, test } from 'vitest';
import { Engine, TemporarilyUnavailable, type Operation, type Policy } from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import { makeKey, MemoryStore, testPolicy, type MemoryTx } from '../testing/index.ts';
import { idempotent, problemOf, problemShape, rpcCodeOf, type CallContext } from './index.ts';

interface Basket {
  readonly skus: string[];
}

/** What a transport hands to the procedure; the tests need no schema library. */
const basket = (raw: unknown): Basket => structuredClone(raw) as Basket;

/** A service with one mutation, asked over HTTP as it is by its clients. */
function serve(
  buy: (options: { input: Basket; operation: Operation<MemoryTx> }) => Promise<unknown>,
  policy: Policy = testPolicy,
) {
  const store = new MemoryStore();
  const engine = new Engine<MemoryTx>({ store, ports: nodePorts });
  const t = initTRPC.context<CallContext<MemoryTx>>().create({
    errorFormatter({ error, shape }) {
      const problem = problemOf(error);
      return problem === null ? shape : problemShape(problem, rpcCodeOf(problem.status));
    },
  });
  const router = t.router({ buy: t.procedure.input(basket).mutation(idempotent(policy, buy)) });
  const post = async (path: string, body: unknown, idempotencyKey: string | null) => {
    const response = await fetchRequestHandler({
      endpoint: '',
      router,
      req: new Request(`http://service/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
      createContext: ({ resHeaders, info }) => ({
        engine,
        scope: 'customer-1',
        principal: 'customer-1',
        idempotencyKey,
        isBatch: info.isBatchCall,
        responseHeaders: resHeaders,
      }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { store, engine, post };
}

test('hazard 9: what a resolver does to its input changes neither fingerprint nor what is resumed', async () => {
  let fails = true;
  const { store, engine, post } = serve(async ({ input, operation }) => {
    input.skus.push('a free sample');
    await operation.transact('reserve', () => Promise.resolve(1));
    if (fails) throw new TemporarilyUnavailable('once');
    return operation.settle(() => Promise.resolve(input.skus));
  });
  const key = makeKey();
  expect((await post('buy', { skus: ['mug'] }, key)).status).toBe(503);
  expect(store.records()).toMatchObject([{ input: '{"skus":["mug"]}' }]);

  fails = false;
  const [id] = await waitForOne(() => engine.abandoned(1));
  const resumed: unknown[] = [];
  await engine.complete(id, {
    policy: testPolicy,
    resume: (operation, input) => {
      resumed.push(input);
      return operation.settle(() => Promise.resolve('done'));
    },
  });
  expect(resumed).toEqual([{ skus: ['mug'] }]);
  const again = await post('buy', { skus: ['mug'] }, key);
  expect(again).toMatchObject({ status: 200, text: '{"result":{"data":"done"}}' });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
});

test('the answer names its operation, and a replay says that it is one, with the same bytes', async () => {
  const { post } = serve(({ operation }) => operation.settle(() => Promise.resolve({ order: operation.id })));
  const key = makeKey();
  const first = await post('buy', { skus: [] }, key);
  const again = await post('buy', { skus: [] }, key);
  expect(again.text).toBe(first.text);
  expect(first.text).toContain(first.headers.get('x-operation-id'));
  expect(again.headers.get('x-operation-id')).toBe(first.headers.get('x-operation-id'));
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
});

test('hazard 33: a call in a batch is refused, since a batch has one key for all', async () => {
  const { store, post } = serve(({ operation }) => operation.settle(() => Promise.resolve(1)));
  const batch = await post('buy,buy?batch=1', { 0: { skus: [] }, 1: { skus: [] } }, makeKey());
  expect(batch.text.match(/IDEMPOTENCY_KEY_BATCHED/g)).toHaveLength(2);
  expect(store.records()).toEqual([]);
});

test('what may be sent again says when', async () => {
  const { post } = serve(() => Promise.reject(new TemporarilyUnavailable('not now')));
  const refused = await post('buy', { skus: [] }, makeKey());
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a policy with older versions can’t do without the raw input, and says so at the first call', async () => {
  const policy: Policy = { ...testPolicy, version: 2, previous: { 1: { parseInput: basket } } };
  const { store, post } = serve(({ operation }) => operation.settle(() => Promise.resolve(1)), policy);
  const answer = await post('buy', { skus: [] }, makeKey());
  expect(answer).toMatchObject({ status: 500, text: expect.stringContaining('raw input') as string });
  expect(store.records()).toEqual([]);
});

async function waitForOne<T>(look: () => Promise<T[]>): Promise<[T]> {
  for (;;) {
    const [first] = await look();
    if (first !== undefined) return [first];
    await nodePorts.sleep(1);
  }
}
