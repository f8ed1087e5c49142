import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Tx } from '../database/database.ts';
import type { Operation, Policy } from '../idempotency/index.ts';
import { makeKey } from '../idempotency/testing/index.ts';
import type { Services } from '../services.ts';
import type { Order } from '../shop/answers/order.ts';
import { placedOrder, type PlacedOrder } from '../shop/answers/placed-order.ts';
import {
  placeOrder,
  placeOrderInput,
  placeOrderPolicy,
  type PlaceOrderInput,
} from '../shop/checkout/place-order.ts';
import { appRouter } from './app-router.ts';
import type { Handler } from './handler.ts';
import { startTestShop, TestCustomer, type PreparedCheckout, type TestShop } from './testing/test-shop.ts';
import { idempotentMutation, router } from './trpc.ts';

/** Nobody listens there: a provider that can't be reached. */
const NOWHERE = 'http://127.0.0.1:9';

/** The next deployment: an input with a default that changes every fingerprint, an answer that tells more. */
const nextInput = placeOrderInput.extend({ giftWrapped: z.boolean().default(false) });
type NextInput = z.output<typeof nextInput>;
const nextOrder = placedOrder.extend({ giftWrapped: z.boolean() });
type NextOrder = z.output<typeof nextOrder>;

const nextPolicy = {
  ...placeOrderPolicy,
  version: placeOrderPolicy.version + 1,
  previous: {
    [placeOrderPolicy.version]: {
      parseInput: (raw) => placeOrderInput.parse(raw),
      resume: { input: (stored) => ({ ...(stored as PlaceOrderInput), giftWrapped: false }) },
      answer: (stored) => ({ ...(stored as PlacedOrder), giftWrapped: false }),
    },
  },
} satisfies Policy;

async function placeNextOrder(
  operation: Operation<Tx>,
  customerId: string,
  { giftWrapped, ...input }: NextInput,
  payments: Services['payments'],
): Promise<NextOrder> {
  // Its own answer, settled by the steps that both versions have.
  const wrapped: Operation<Tx> = {
    id: operation.id,
    get compensating() {
      return operation.compensating;
    },
    transact: (step, work) => operation.transact(step, work),
    remote: (step, call) => operation.remote(step, call),
    compensate: (reason) => operation.compensate(reason),
    settle: (work) =>
      operation.settle(async (tx) => {
        const result = await work(tx);
        return result instanceof Error ? result : { ...result, giftWrapped };
      }),
  };
  return (await placeOrder(wrapped, customerId, input, payments)) as NextOrder;
}

const nextRouter = router({
  cart: appRouter.cart,
  checkout: router({
    open: appRouter.checkout.open,
    get: appRouter.checkout.get,
    setDetails: appRouter.checkout.setDetails,
    preparePayment: appRouter.checkout.preparePayment,
    placeOrder: idempotentMutation({ summary: 'Buys, gift-wrapped if you like.', policy: nextPolicy })
      .input(nextInput)
      .output(nextOrder)
      .mutation(({ ctx, input, operation }) =>
        placeNextOrder(operation, ctx.customerId, input, ctx.services.payments),
      ),
  }),
  orders: appRouter.orders,
});

let shop: TestShop;
let now: Handler;
let next: Handler;
let nextServices: Services;

beforeAll(async () => {
  shop = await startTestShop();
  now = shop.node();
  next = shop.node({}, nextRouter);
  nextServices = shop.services();
});
afterAll(() => shop[Symbol.asyncDispose]());

let tokens = 0;
const token = () => `pm_card_visa_rolling${++tokens}`;

async function expectOneOrder(
  customer: TestCustomer,
  checkout: PreparedCheckout,
  card: string,
): Promise<void> {
  const orders = (await customer.query(now, 'orders.list')).data as Order[];
  expect(orders).toMatchObject([{ status: 'paid', totalMinor: checkout.totalMinor }]);
  expect(await shop.charges(card)).toMatchObject([{ status: 'succeeded', amount: checkout.totalMinor }]);
}

describe('two versions of web side by side', () => {
  test('hazard 49: a retry that reaches the new version is a retry, and answered in its form', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(now);
    const [card, key] = [token(), makeKey()];
    const first = await customer.placeOrder(now, checkout, card, key);
    const again = await customer.placeOrder(next, checkout, card, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.data).toEqual({ ...(first.data as object), giftWrapped: false });
    expect((await customer.placeOrder(now, checkout, card, key)).text).toBe(first.text);
    await expectOneOrder(customer, checkout, card);
  });

  test('what the old version began, the new one’s worker finishes', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(now);
    const [card, key] = [token(), makeKey()];
    const begun = await customer.placeOrder(shop.node({ STRIPE_API_BASE: NOWHERE }), checkout, card, key);
    expect(begun.error?.code).toBe('TEMPORARILY_UNAVAILABLE');
    const id = { key, scope: customer.customerId, procedure: 'checkout.placeOrder' };
    const settled = await waitFor(async () => {
      const completion = {
        policy: nextPolicy,
        resume: (operation: Operation<Tx>, input: unknown) =>
          placeNextOrder(operation, id.scope, nextInput.parse(input), nextServices.payments),
      };
      return (await nextServices.engine.complete(id, completion)) ?? undefined;
    });
    expect(settled.outcome).toMatchObject({ kind: 'succeeded' });
    const answer = await customer.placeOrder(next, checkout, card, key);
    expect(answer.data).toMatchObject({ status: 'paid', giftWrapped: false });
    await expectOneOrder(customer, checkout, card);
  });

  test('an old node can’t give the new version’s answer, says so, and buys nothing', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(now);
    const [card, key] = [token(), makeKey()];
    const first = await customer.placeOrder(next, checkout, card, key);
    const old = await customer.placeOrder(now, checkout, card, key);
    expect(old.status).toBe(409);
    expect(old.error).toMatchObject({
      code: 'OPERATION_OF_NEWER_VERSION',
      definite: false,
      retryable: true,
      operationId: (first.data as PlacedOrder).operationId,
    });
    expect(old.headers.get('retry-after')).toBe('1');
    expect((await customer.placeOrder(next, checkout, card, key)).text).toBe(first.text);
    await expectOneOrder(customer, checkout, card);
  });

  test('one key on both at the same moment, again and again: one order each', async () => {
    for (let round = 0; round < 10; round++) {
      const customer = new TestCustomer();
      const checkout = await customer.checkOut(now);
      const [card, key] = [token(), makeKey()];
      const nodes = Array.from({ length: 8 }, (_, index) => (index % 2 === round % 2 ? now : next));
      const answers = await Promise.all(nodes.map((node) => customer.placeOrder(node, checkout, card, key)));
      const unsettled = answers.filter(({ status }) => status !== 200).map(({ error }) => error);
      expect(unsettled.filter((error) => error?.definite !== false || !error.retryable)).toEqual([]);
      const settled = await waitFor(async () => {
        const answer = await customer.placeOrder(next, checkout, card, key);
        return answer.status === 200 ? answer : undefined;
      });
      const told = [settled, ...answers].filter(({ status }) => status === 200);
      expect(new Set(told.map(({ data }) => (data as PlacedOrder).orderId)).size).toBe(1);
      await expectOneOrder(customer, checkout, card);
    }
  });
});

/** Polls an observable state; the limit is the test's. */
async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
