import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import type { Services } from '../services.ts';
import type { Order } from '../shop/answers/order.ts';
import { nextResumables } from '../sabotage/next-release/resumables.ts';
import { nextRouter } from '../sabotage/next-release/router.ts';
import type { PlacedOrder } from '../shop/answers/placed-order.ts';
import { resumables } from '../shop/resumables.ts';
import { Completer } from '../worker/completer.ts';
import type { Handler } from './handler.ts';
import { startTestShop, TestCustomer, type PreparedCheckout, type TestShop } from './testing/test-shop.ts';

/** Nobody listens there: a provider that can't be reached. */
const NOWHERE = 'http://127.0.0.1:9';

let shop: TestShop;
let now: Handler;
let next: Handler;
let nextServices: Services;
let oldWorker: Completer;
let nextWorker: Completer;

beforeAll(async () => {
  shop = await startTestShop();
  now = shop.node();
  next = shop.node({}, nextRouter);
  nextServices = shop.services();
  const oldServices = shop.services();
  oldWorker = new Completer({ ...oldServices, known: resumables(oldServices.payments) });
  nextWorker = new Completer({ ...nextServices, known: nextResumables(nextServices.payments) });
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

/** Looks as often as a worker does, until it has settled the one operation that is due. */
async function untilSettledBy(worker: Completer): Promise<void> {
  await waitFor(async () => (await worker.runOnce()) === 1 || undefined);
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
    await untilSettledBy(nextWorker);
    const answer = await customer.placeOrder(next, checkout, card, key);
    expect(answer.data).toMatchObject({ status: 'paid', giftWrapped: false });
    await expectOneOrder(customer, checkout, card);
  });

  test('what the new version began, the old one’s worker leaves alone, and the new one’s finishes', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(now);
    const [card, key] = [token(), makeKey()];
    const begunBy = shop.node({ STRIPE_API_BASE: NOWHERE }, nextRouter);
    const begun = await customer.placeOrder(begunBy, checkout, card, key);
    expect(begun.error?.code).toBe('TEMPORARILY_UNAVAILABLE');
    const { engine } = nextServices;
    // Whoever knows any version sees that it is due.
    await waitFor(async () => (await engine.abandoned(1)).length === 1 || undefined);
    expect(await oldWorker.runOnce()).toBe(0);
    await untilSettledBy(nextWorker);
    const answer = await customer.placeOrder(next, checkout, card, key);
    expect(answer.data).toMatchObject({ status: 'paid', giftWrapped: false });
    await expectOneOrder(customer, checkout, card);
  });

  test('a question about a key is answered by both, with the answer where it can be read', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(now);
    const [card, key] = [token(), makeKey()];
    const { data: placed } = await customer.placeOrder(next, checkout, card, key);
    const question = { procedure: 'checkout.placeOrder', key };
    const [ofOld, ofNext] = await Promise.all(
      [now, next].map((node) => customer.query(node, 'operations.outcome', question)),
    );
    expect(ofOld?.data).toMatchObject({ state: 'succeeded', definite: true, result: null });
    expect(ofNext?.data).toMatchObject({ state: 'succeeded', definite: true, result: placed });
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
