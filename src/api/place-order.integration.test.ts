import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import type { Order } from '../shop/answers/order.ts';
import { resumables } from '../shop/resumables.ts';
import { Completer } from '../worker/completer.ts';
import type { Handler } from './handler.ts';
import { startTestShop, TestCustomer, type PreparedCheckout, type TestShop } from './testing/test-shop.ts';

let shop: TestShop;
let node: Handler;

beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
});
afterAll(() => shop[Symbol.asyncDispose]());

let tokens = 0;
const token = (card: string) => `pm_card_${card}_t${++tokens}`;
const orders = async (customer: TestCustomer) => (await customer.query(node, 'orders.list')).data as Order[];
const stock = async (sku: string) => {
  const rows = await admin().$queryRaw<{ available: number; reserved: number; sold: number }[]>`
    SELECT available, reserved, sold FROM stock WHERE sku = ${sku}`;
  return rows[0];
};
const admin = () => (services ??= shop.services()).database;
let services: ReturnType<TestShop['services']> | undefined;

describe('placing an order', () => {
  test('buys once: one order, one charge, one message, the cart empty', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node, { 'MUG-HARBOUR': 2 });
    const card = token('visa');
    const key = makeKey();
    const first = await customer.placeOrder(node, checkout, card, key);
    const again = await customer.placeOrder(node, checkout, card, key);
    expect(first.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(await orders(customer)).toMatchObject([{ status: 'paid', totalMinor: checkout.totalMinor }]);
    expect(await shop.charges(card)).toMatchObject([{ amount: checkout.totalMinor, status: 'succeeded' }]);
    const messages = await admin().outboxMessage.count({ where: { customerId: customer.customerId } });
    expect(messages).toBe(1);
    expect((await customer.query(node, 'cart.get')).data).toMatchObject({ lines: [] });
  });

  test('50 simultaneous calls with one key on 3 nodes: one execution, 50 equal answers', async () => {
    const nodes = [shop.node(), shop.node(), shop.node()] as const;
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('slow');
    const key = makeKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        customer.placeOrder(nodes[(index % 3) as 0 | 1 | 2], checkout, card, key),
      ),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await shop.charges(card)).toHaveLength(1);
    expect(await orders(customer)).toHaveLength(1);
  });

  test('hazard 16: a new key for a checkout that is paid gets its order', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('visa');
    const first = await customer.placeOrder(node, checkout, card);
    const second = await customer.placeOrder(node, checkout, token('visa'));
    expect(second.data).toEqual(first.data);
    expect(await orders(customer)).toHaveLength(1);
  });

  test('a new key while the payment is under way is told so, and whose operation it is', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('slow');
    const first = customer.placeOrder(node, checkout, card);
    const pending = await waitFor(async () =>
      (await orders(customer)).find(({ status }) => status === 'pending'),
    );
    const other = await customer.placeOrder(shop.node(), checkout, token('visa'));
    expect(other).toMatchObject({
      status: 409,
      error: { code: 'OPERATION_IN_PROGRESS', definite: false, operationId: pending.operationId },
    });
    expect(Number(other.headers.get('retry-after'))).toBeGreaterThan(0);
    // Nor can the checkout be changed meanwhile.
    const details = await customer.mutate(node, 'checkout.preparePayment', {
      ...checkout,
      version: checkout.version + 1,
    });
    expect(details.error?.code).toBe('ORDER_PENDING');
    expect((await first).status).toBe(200);
    expect(await orders(customer)).toHaveLength(1);
  });

  test.each([
    ['chargeDeclined', 'CARD_DECLINED'],
    ['chargeDeclinedInsufficientFunds', 'INSUFFICIENT_FUNDS'],
    ['nobodyKnows', 'BAD_PAYMENT_METHOD'],
  ])('a declined card (%s) releases the stock, is replayed, and another card buys', async (card, code) => {
    const sku = 'MUG-HARBOUR';
    const customer = new TestCustomer();
    const before = await stock(sku);
    const checkout = await customer.checkOut(node, { [sku]: 1 });
    const key = makeKey();
    const declining = token(card);
    const declined = await customer.placeOrder(node, checkout, declining, key);
    const replayed = await customer.placeOrder(node, checkout, declining, key);
    expect(declined).toMatchObject({ status: 402, error: { code, definite: true, retryable: false } });
    expect(replayed.text).toBe(declined.text);
    expect(await stock(sku)).toEqual(before);
    const good = token('visa');
    expect((await customer.placeOrder(node, checkout, good)).status).toBe(200);
    expect((await orders(customer)).map(({ status }) => status)).toEqual(['paid', 'failed']);
    expect((await shop.charges(good)).filter(({ status }) => status === 'succeeded')).toHaveLength(1);
  });

  test('hazard 30: many customers and few pieces: stock never goes below zero', async () => {
    const sku = 'MUG-HARBOUR';
    await admin()
      .$executeRaw`UPDATE stock SET initial = reserved + sold + 3, available = 3 WHERE sku = ${sku}`;
    const customers = Array.from({ length: 8 }, () => new TestCustomer());
    const checkouts: PreparedCheckout[] = [];
    for (const customer of customers) checkouts.push(await customer.checkOut(node, { [sku]: 1 }));
    const answers = await Promise.all(
      customers.map((customer, index) =>
        customer.placeOrder(node, checkouts[index] ?? missing(), token('visa')),
      ),
    );
    expect(answers.map(({ error }) => error?.code ?? 'paid').toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 'OUT_OF_STOCK'),
      ...Array.from({ length: 3 }, () => 'paid'),
    ]);
    expect(await stock(sku)).toMatchObject({ available: 0, reserved: 0 });
    await admin().$executeRaw`UPDATE stock SET initial = initial + 500, available = 500 WHERE sku = ${sku}`;
  });

  test('the provider can’t be reached: nothing is decided, and the same key goes on later', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('visa');
    const key = makeKey();
    // A port on which nobody listens.
    const cutOff = shop.node({ STRIPE_API_BASE: 'http://127.0.0.1:1' });
    const refused = await customer.placeOrder(cutOff, checkout, card, key);
    expect(refused).toMatchObject({
      status: 503,
      error: { code: 'TEMPORARILY_UNAVAILABLE', definite: false, retryable: true },
    });
    const bought = await waitFor(async () => {
      const answer = await customer.placeOrder(node, checkout, card, key);
      return answer.status === 200 ? answer : undefined;
    });
    expect(bought.data).toMatchObject({ status: 'paid' });
    expect(await shop.charges(card)).toHaveLength(1);
    expect(await orders(customer)).toHaveLength(1);
  });

  test('an answer that never comes: the completer finds out and finishes, without the customer', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('neverAnswers');
    const key = makeKey();
    const unknown = await customer.placeOrder(node, checkout, card, key);
    expect(unknown).toMatchObject({ status: 409, error: { code: 'OUTCOME_UNKNOWN', definite: false } });
    const outcome = () =>
      customer.query(node, 'operations.outcome', { procedure: 'checkout.placeOrder', key });
    expect((await outcome()).data).toMatchObject({ state: 'outcome_unknown', definite: false });

    const worker = shop.services();
    await waitFor(async () => {
      await new Completer({ ...worker, known: resumables(worker.payments) }).runOnce();
      return ((await outcome()).data as { state: string }).state === 'succeeded' || undefined;
    });
    expect(await orders(customer)).toMatchObject([{ status: 'paid' }]);
    expect(await shop.charges(card)).toHaveLength(1);
  }, 30_000);

  test('nobody sees another customer’s checkout, order or operation', async () => {
    const [owner, stranger] = [new TestCustomer(), new TestCustomer()];
    const checkout = await owner.checkOut(node);
    const key = makeKey();
    const bought = await owner.placeOrder(node, checkout, token('visa'), key);
    const { orderId } = bought.data as { orderId: string };
    expect((await stranger.query(node, 'orders.get', { orderId })).error?.code).toBe('NOT_FOUND');
    expect((await stranger.query(node, 'checkout.get', checkout)).error?.code).toBe('CHECKOUT_NOT_FOUND');
    expect((await stranger.placeOrder(node, checkout, token('visa'), key)).error?.code).toBe(
      'CHECKOUT_NOT_FOUND',
    );
    const outcome = await stranger.query(node, 'operations.outcome', {
      procedure: 'checkout.placeOrder',
      key,
    });
    expect(outcome.data).toMatchObject({ result: null });
  });

  test('a checkout that changed since the customer saw it is not bought', async () => {
    const customer = new TestCustomer();
    const seen = await customer.checkOut(node);
    await customer.mutate(node, 'cart.setLine', { sku: 'MUG-HARBOUR', quantity: 3 });
    await customer.mutate(node, 'checkout.open', {});
    expect((await customer.placeOrder(node, seen, token('visa'))).error).toMatchObject({
      code: 'CHECKOUT_CHANGED',
      definite: true,
    });
    expect(await orders(customer)).toEqual([]);
  });

  test('a total for which no payment was opened is not bought', async () => {
    const customer = new TestCustomer();
    const { checkoutId } = await customer.checkOut(node);
    await customer.mutate(node, 'cart.setLine', { sku: 'MUG-HARBOUR', quantity: 3 });
    const { version } = (await customer.mutate(node, 'checkout.open', {})).data as { version: number };
    const answer = await customer.placeOrder(node, { checkoutId, version, totalMinor: 0 }, token('visa'));
    expect(answer.error?.code).toBe('PAYMENT_NOT_PREPARED');
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

function missing(): never {
  throw new Error('missing');
}
