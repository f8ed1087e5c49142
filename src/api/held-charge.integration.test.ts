import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import { resumables } from '../shop/resumables.ts';
import type { Services } from '../services.ts';
import { Completer } from '../worker/completer.ts';
import type { Handler } from './handler.ts';
import { startProviderProxy } from './testing/provider-proxy.ts';
import { startTestShop, TestCustomer, type TestShop } from './testing/test-shop.ts';

let shop: TestShop;
let node: Handler;
let worker: Services;

beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  worker = shop.services();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A purchase whose confirm is on its way for ever: nobody has seen it arrive, and it isn't lost. */
async function heldPurchase(card: string) {
  const held: (() => Promise<void>)[] = [];
  const line = await startProviderProxy(shop.providerUrl, async ({ request, forward }) => {
    if (request.path.endsWith('/confirm')) {
      held.push(forward);
      return 'lost';
    }
    await forward();
    return 'delivered';
  });
  const customer = new TestCustomer();
  const checkout = await customer.checkOut(node);
  const key = makeKey();
  const unknown = await customer.placeOrder(shop.node({ STRIPE_API_BASE: line.url }), checkout, card, key);
  expect(unknown.error).toMatchObject({ code: 'OUTCOME_UNKNOWN', definite: false });
  // Looking for the charge now would find none; and that says nothing.
  expect(await shop.charges(card)).toEqual([]);
  return {
    customer,
    checkout,
    key,
    /** Now it arrives. */
    release: async () => {
      expect(held).toHaveLength(1);
      await held[0]?.();
    },
    [Symbol.asyncDispose]: () => line.close(),
  };
}

/** What the worker does for an operation that is due, after so many tries. */
async function complete(key: string, tries: number): Promise<void> {
  await worker.database.$executeRaw`
    UPDATE idempotency_record SET tries = ${tries}, next_try_at = clock_timestamp() WHERE key = ${key}::uuid`;
  await new Completer({ ...worker, known: resumables(worker.payments) }).runOnce();
}

const captured = async (card: string) =>
  (await shop.charges(card)).filter(({ status }) => status === 'succeeded');

describe('hazard 41: a charge that is held up on its way', () => {
  test('is made again with its own key, and when it lands it is known', async () => {
    const card = 'pm_card_visa_heldup';
    await using held = await heldPurchase(card);
    const { customer, checkout, key } = held;
    await complete(key, 0);
    const answer = await customer.placeOrder(node, checkout, card, key);
    expect(answer.data).toMatchObject({ status: 'paid' });
    await held.release();
    expect(await captured(card)).toHaveLength(1);
    expect((await customer.placeOrder(node, checkout, card, key)).text).toBe(answer.text);
  });

  test('is given up only when the provider says "cancelled", and when it lands it charges nothing', async () => {
    const [card, next] = ['pm_card_visa_heldlong', 'pm_card_visa_heldnext'];
    await using held = await heldPurchase(card);
    const { customer, checkout, key } = held;
    await complete(key, 12);
    const given = await customer.placeOrder(node, checkout, card, key);
    expect(given.error).toMatchObject({ code: 'PAYMENT_CANCELLED', definite: true });
    // A definite no: so the customer pays anew, with a key and a card of another try.
    await customer.mutate(node, 'checkout.preparePayment', checkout);
    expect((await customer.placeOrder(node, checkout, next)).data).toMatchObject({ status: 'paid' });
    await held.release();
    expect(await captured(card)).toEqual([]);
    expect(await captured(next)).toHaveLength(1);
  });
});
