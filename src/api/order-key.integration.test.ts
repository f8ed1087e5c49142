import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import { limits } from '../limits.ts';
import type { Services } from '../services.ts';
import type { Order } from '../shop/answers/order.ts';
import type { Handler } from './handler.ts';
import {
  startTestShop,
  TestCustomer,
  type Answer,
  type PreparedCheckout,
  type TestShop,
} from './testing/test-shop.ts';

const HOUR_MS = 60 * 60 * 1_000;

let shop: TestShop;
let one: Handler;
let two: Handler;
let services: Services;
beforeAll(async () => {
  shop = await startTestShop();
  [one, two, services] = [shop.node(), shop.node(), shop.services()];
});
afterAll(() => shop[Symbol.asyncDispose]());

let cards = 0;
const card = (kind: string) => `pm_card_${kind}_k${++cards}`;

interface Told extends PreparedCheckout {
  readonly orderKey: string;
  readonly liveOrder: { readonly status: string } | null;
}
const told = async (customer: TestCustomer, { checkoutId }: PreparedCheckout) =>
  (await customer.query(one, 'checkout.get', { checkoutId })).data as Told;
const open = async (customer: TestCustomer, node = one) =>
  (await customer.mutate(node, 'checkout.open', {})).data as Told;
const orders = async (customer: TestCustomer) => (await customer.query(one, 'orders.list')).data as Order[];
const orderIdOf = (answer: Answer | undefined) => (answer?.data as { orderId: string } | undefined)?.orderId;

/** As if the checkout had been open for so long. */
async function age(checkout: PreparedCheckout, ageMs: number): Promise<string> {
  const orderKey = makeKey(Date.now() - ageMs);
  const { checkoutId } = checkout;
  await services.database.checkout.updateMany({ where: { checkoutId }, data: { orderKey } });
  return orderKey;
}

describe('a checkout’s own key', () => {
  test('is told from the first, the same to everyone, and buys once', async () => {
    const customer = new TestCustomer();
    await customer.mutate(one, 'cart.setLine', { sku: 'MUG-HARBOUR', quantity: 1 });
    const tabs = await Promise.all([open(customer, one), open(customer, two), open(customer, one)]);
    expect(new Set(tabs.map(({ orderKey }) => orderKey)).size).toBe(1);
    const checkout = await customer.checkOut(one);
    const { orderKey } = await told(customer, checkout);
    expect(orderKey).toBe(tabs[0]?.orderKey);

    const visa = card('visa');
    const answers = await Promise.all(
      [one, two, one, two].map((node) => customer.placeOrder(node, checkout, visa, orderKey)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await shop.charges(visa)).toHaveLength(1);
    // Whoever lost the answer finds the key again that brings it.
    expect((await told(customer, checkout)).orderKey).toBe(orderKey);
  });

  test.each([
    ['the server’s key first, then a client’s', 0],
    ['a client’s key first, then the server’s', 1],
  ])('%s: one order', async (_, clientFirst) => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one);
    const keys = [(await told(customer, checkout)).orderKey, makeKey()];
    if (clientFirst === 1) keys.reverse();
    const visa = card('visa');
    const [first, second] = [
      await customer.placeOrder(one, checkout, visa, keys[0]),
      await customer.placeOrder(two, checkout, visa, keys[1]),
    ];
    expect(orderIdOf(first)).toBeDefined();
    expect(orderIdOf(second)).toBe(orderIdOf(first));
    expect(await orders(customer)).toHaveLength(1);
    expect(await shop.charges(visa)).toHaveLength(1);
  });

  test('the server’s key and clients’ keys at the same moment on two nodes, 20 rounds: one order and one charge each', async () => {
    for (let round = 0; round < 20; round++) {
      const customer = new TestCustomer();
      const checkout = await customer.checkOut(one);
      const { orderKey } = await told(customer, checkout);
      const [here, there] = [makeKey(), makeKey()];
      const visa = card('visa');
      const calls = [
        [one, orderKey],
        [two, orderKey],
        [one, here],
        [two, there],
      ] as const;
      const answers = await Promise.all(
        calls.map(([node, key]) => untilDefinite(() => customer.placeOrder(node, checkout, visa, key))),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(new Set(answers.map(orderIdOf)).size).toBe(1);
      expect(await orders(customer)).toMatchObject([{ status: 'paid' }]);
      expect(await shop.charges(visa)).toHaveLength(1);
    }
  }, 120_000);

  test('after a decline the old key replays it for ever, and the next key buys', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one);
    const { orderKey } = await told(customer, checkout);
    const [bad, good] = [card('chargeDeclined'), card('visa')];
    const declined = await customer.placeOrder(one, checkout, bad, orderKey);
    expect(declined.error?.code).toBe('CARD_DECLINED');
    const next = await told(customer, checkout);
    expect(next.orderKey).not.toBe(orderKey);
    // Two tabs that saw the decline hold the same next key.
    expect((await open(customer, two)).orderKey).toBe(next.orderKey);
    expect((await customer.placeOrder(two, checkout, bad, orderKey)).text).toBe(declined.text);
    const bought = await customer.placeOrder(two, checkout, good, next.orderKey);
    expect(bought.data).toMatchObject({ status: 'paid' });
    expect((await customer.placeOrder(one, checkout, bad, orderKey)).text).toBe(declined.text);
    expect((await orders(customer)).map(({ status }) => status)).toEqual(['paid', 'failed']);
  });

  test('a client’s key that was declined replaces the server’s too, unused as it is; both still give one order', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one);
    const { orderKey } = await told(customer, checkout);
    await customer.placeOrder(one, checkout, card('chargeDeclined'), makeKey());
    const next = await told(customer, checkout);
    expect(next.orderKey).not.toBe(orderKey);
    const visa = card('visa');
    const answers = await Promise.all(
      [orderKey, next.orderKey].map((key, index) =>
        untilDefinite(() => customer.placeOrder([one, two][index] ?? one, checkout, visa, key)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await shop.charges(visa)).toHaveLength(1);
  });

  test.each([
    ['refused', 'CHECKOUT_CHANGED'],
    ['closed', 'OPERATION_CLOSED'],
  ])('one that was %s without an order is told no more, and opening gives another', async (how, code) => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one);
    const { orderKey } = await told(customer, checkout);
    if (how === 'closed')
      await customer.mutate(one, 'operations.close', { procedure: 'checkout.placeOrder', key: orderKey });
    const seen = how === 'closed' ? checkout : { ...checkout, version: checkout.version + 1 };
    expect((await customer.placeOrder(one, seen, card('visa'), orderKey)).error?.code).toBe(code);
    expect((await told(customer, checkout)).orderKey).toBeNull();
    const next = await open(customer);
    expect((await customer.placeOrder(two, next, card('visa'), next.orderKey)).status).toBe(200);
  });
});

describe('a checkout that stays open for days', () => {
  test('gets a new key before the old one expires; the old one still gives the same order', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one);
    const fresh = (await told(customer, checkout)).orderKey;
    expect((await open(customer)).orderKey).toBe(fresh);
    const ageing = await age(checkout, limits.keys.orderKeyRenewalAgeMs + HOUR_MS);
    // Reading changes nothing, and the key is still good.
    expect((await told(customer, checkout)).orderKey).toBe(ageing);
    const [here, there] = await Promise.all([open(customer, one), open(customer, two)]);
    expect(here.orderKey).not.toBe(ageing);
    expect(there.orderKey).toBe(here.orderKey);

    const visa = card('visa');
    const answers = await Promise.all(
      [ageing, here.orderKey].map((key) => untilDefinite(() => customer.placeOrder(two, here, visa, key))),
    );
    expect(new Set(answers.map(orderIdOf)).size).toBe(1);
    expect(await shop.charges(visa)).toHaveLength(1);
  });

  test('a stale key is refused as expired, with the server’s time, and opening gives one that buys', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one);
    const stale = await age(checkout, limits.keys.windowBackMs + HOUR_MS);
    const visa = card('visa');
    const refused = await customer.placeOrder(one, checkout, visa, stale);
    expect(refused).toMatchObject({
      status: 422,
      error: { code: 'IDEMPOTENCY_KEY_EXPIRED', definite: false },
    });
    const { serverTime } = refused.error as unknown as { serverTime: string };
    expect(Math.abs(Date.parse(serverTime) - Date.now())).toBeLessThan(60_000);
    expect((await told(customer, checkout)).orderKey).toBeNull();
    const { orderKey } = await open(customer);
    expect((await customer.placeOrder(one, checkout, visa, orderKey)).status).toBe(200);
    expect(await shop.charges(visa)).toHaveLength(1);
  });

  test('keeps its key while an order lives, however old the key is', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one);
    const ageing = await age(checkout, limits.keys.orderKeyRenewalAgeMs + HOUR_MS);
    const slow = card('slow');
    const placing = customer.placeOrder(one, checkout, slow, ageing);
    await waitFor(async () => (await told(customer, checkout)).liveOrder ?? undefined);
    expect(await open(customer, two)).toMatchObject({ orderKey: ageing, liveOrder: { status: 'pending' } });
    expect((await placing).status).toBe(200);
    expect(await told(customer, checkout)).toMatchObject({ orderKey: ageing, liveOrder: { status: 'paid' } });
  });

  test('a renewal that meets an order in the making waits, and leaves the key', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(one, { 'CUP-PEBBLE': 1 });
    const ageing = await age(checkout, limits.keys.orderKeyRenewalAgeMs + HOUR_MS);
    const { database } = shop.services();
    const [placing, opening] = await database.$transaction(async (tx) => {
      // The order is written, its transaction open: it waits for its stock.
      await tx.$queryRaw`SELECT 1 FROM stock WHERE sku = 'CUP-PEBBLE' FOR UPDATE`;
      const placing = customer.placeOrder(one, checkout, card('visa'), ageing);
      await waitFor(() => blocked(1));
      const opening = customer.mutate(two, 'checkout.open', {});
      await waitFor(() => blocked(2));
      return [placing, opening] as const;
    });
    expect((await opening).data).toMatchObject({ orderKey: ageing, liveOrder: { status: 'pending' } });
    expect((await placing).status).toBe(200);
  });
});

/** Once so many sessions of this database wait for a lock. */
async function blocked(count: number): Promise<true | undefined> {
  const waiting = await services.database.$queryRaw<unknown[]>`
    SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return waiting.length >= count ? true : undefined;
}

/** The same call with the same key until its answer is definite: what every caller has to do. */
async function untilDefinite(call: () => Promise<Answer>): Promise<Answer> {
  return waitFor(async () => {
    const answer = await call();
    return answer.error === null || answer.error.definite ? answer : undefined;
  });
}

/** Polls an observable state; the limit is the test's. */
async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
