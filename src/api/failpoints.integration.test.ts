import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tx } from '../database/database.ts';
import { failpoints, type FailpointName, type Operation, type RecordId } from '../idempotency/index.ts';
import { makeKey } from '../idempotency/testing/index.ts';
import type { Order } from '../shop/answers/order.ts';
import { resumables } from '../shop/resumables.ts';
import type { Services } from '../services.ts';
import type { Handler } from './handler.ts';
import { startDoomed } from './testing/doomed-node.ts';
import { startTestShop, TestCustomer, type Answer, type TestShop } from './testing/test-shop.ts';

/** Nobody listens there: a provider that can't be reached. */
const NOWHERE = 'http://127.0.0.1:9';
/** A lease, a lock, and what two busy cores take. */
const FINISH_LIMIT_MS = 40_000;

interface Boundary {
  readonly point: FailpointName;
  readonly step: string | null;
  /** What must have happened for the node to come there. */
  readonly given?: 'provider away from the node' | 'a first holder that gave up';
}

const inTransactions = ['before_transaction', 'entered', 'before_commit', 'after_commit'] as const;
const boundaries: readonly Boundary[] = [
  ...['reserve', 'settle'].flatMap((step) => inTransactions.map((point) => ({ point, step }))),
  { point: 'before_remote', step: 'charge' },
  { point: 'after_remote', step: 'charge' },
  { point: 'before_take_over', step: null, given: 'a first holder that gave up' },
  { point: 'after_take_over', step: null, given: 'a first holder that gave up' },
  { point: 'before_release', step: null, given: 'provider away from the node' },
  { point: 'after_release', step: null, given: 'provider away from the node' },
  { point: 'before_answer', step: null },
];

let shop: TestShop;
let node: Handler;
let services: Services;

beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  services = shop.services();
});
afterAll(() => shop[Symbol.asyncDispose]());

test('every boundary of the protocol is one of these', () => {
  expect(new Set(boundaries.map(({ point }) => point))).toEqual(new Set(failpoints));
});

describe.concurrent.each(['SIGKILL', 'SIGSTOP'] as const)('a node gets %s', (signal) => {
  test.each(boundaries)(
    '$point $step',
    async ({ point, step, given }) => {
      const customer = new TestCustomer();
      const checkout = await customer.checkOut(node, { 'MUG-HARBOUR': 1 });
      const key = makeKey();
      const card = `pm_card_visa_${signal}_${point}_${step ?? ''}`.replaceAll(/[^A-Za-z0-9_]/g, '');
      const pay = (on: Handler) => customer.placeOrder(on, checkout, card, key);
      const before =
        given === 'a first holder that gave up' ? await pay(shop.node({ STRIPE_API_BASE: NOWHERE })) : null;
      expect(before?.error?.code).toBe(before ? 'TEMPORARILY_UNAVAILABLE' : undefined);

      await using doomed = startDoomed({
        env: shop.env(given === 'provider away from the node' ? { STRIPE_API_BASE: NOWHERE } : {}),
        ...customer.placeOrderRequest(checkout, card, key),
        at: { point, step },
        signal,
      });
      await doomed.struck;

      // Its customer asks another node until there is an answer; meanwhile the worker does its part.
      const id = { key, scope: customer.customerId, procedure: 'checkout.placeOrder' };
      const first = await untilAnswered(async () => {
        await complete(id);
        return pay(node);
      });
      expect(first.status).toBe(200);
      const belated = await doomed.revive();
      // One that woke woke into a world that went on: it says the same, or that it doesn't know.
      expect(belated === null).toBe(signal === 'SIGKILL');
      const said = belated?.status === 200 ? belated.text : first.text;
      expect(said).toBe(first.text);
      const unsure = belated !== null && belated.status !== 200 ? belated.text : '{"definite":false}';
      expect(unsure).toContain('"definite":false');
      expect((await pay(node)).text).toBe(first.text);
      const orders = (await untilAnswered(() => customer.query(node, 'orders.list'))).data as Order[];
      expect(orders).toMatchObject([{ status: 'paid', totalMinor: checkout.totalMinor }]);
      expect(await shop.charges(card)).toMatchObject([{ status: 'succeeded', amount: checkout.totalMinor }]);
      const held = await services.database.stockReservation.groupBy({
        by: ['status'],
        where: { customerId: customer.customerId },
        _count: true,
      });
      expect(held).toEqual([{ status: 'sold', _count: 1 }]);
      expect(
        await services.database.outboxMessage.count({ where: { customerId: customer.customerId } }),
      ).toBe(1);
    },
    FINISH_LIMIT_MS + 20_000,
  );
});

/** What the worker does for one operation, whenever it's due. */
async function complete(id: RecordId): Promise<void> {
  const resumable = resumables(services.payments)[id.procedure];
  if (resumable === undefined) throw new Error(`nobody finishes ${id.procedure}`);
  const { policy } = resumable;
  const resume = (operation: Operation<Tx>, input: unknown) => resumable.resume(operation, id.scope, input);
  // Not yet, it says; it is asked again.
  await services.engine.complete(id, { policy, resume }).catch(() => null);
}

/** Asks again, as a client does, until it is told something that stays. */
async function untilAnswered(ask: () => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + FINISH_LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer.error === null || answer.error.definite) return answer;
    if (performance.now() > deadline) throw new Error(`still ${answer.error.code}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
