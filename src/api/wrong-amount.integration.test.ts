import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import type { Services } from '../services.ts';
import { resumables } from '../shop/resumables.ts';
import { Completer } from '../worker/completer.ts';
import { checkLateCharges } from '../worker/late-charges.ts';
import type { Handler } from './handler.ts';
import { startDoomed } from './testing/doomed-node.ts';
import { startProviderProxy, type Passage } from './testing/provider-proxy.ts';
import { startTestShop, TestCustomer, type PreparedCheckout, type TestShop } from './testing/test-shop.ts';

const SKU = 'CUP-PEBBLE';

let shop: TestShop;
let node: Handler;
let workers: readonly [Services, Services];
beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  workers = [shop.services(), shop.services()];
});
afterAll(() => shop[Symbol.asyncDispose]());

const database = () => workers[0].database;
const stock = () => database().stock.findUniqueOrThrow({ where: { sku: SKU } });
const completeOnBoth = () =>
  Promise.all(
    workers.map((worker) => new Completer({ ...worker, known: resumables(worker.payments) }).runOnce()),
  );

interface Tampered {
  readonly customer: TestCustomer;
  readonly checkout: PreparedCheckout;
  readonly intentId: string;
}

/** Somebody changed the amount at the provider, between the payment step and Pay. */
async function tampered(change: (totalMinor: number) => number = (total) => total + 100): Promise<Tampered> {
  const customer = new TestCustomer();
  const checkout = await customer.checkOut(node, { [SKU]: 1 });
  const { customerId } = customer;
  const { paymentIntentId } = await database().checkout.findFirstOrThrow({ where: { customerId } });
  const amount = String(change(checkout.totalMinor));
  await shop.provider.post(`/v1/payment_intents/${paymentIntentId}`, { amount });
  return { customer, checkout, intentId: paymentIntentId ?? '' };
}

async function ledgerOf({ intentId }: Tampered) {
  const { charges, refunds } = await shop.provider.ledger();
  const ofIntent = (rows: readonly { payment_intent: string; amount: number }[]) =>
    rows.filter((row) => row.payment_intent === intentId).map(({ amount }) => amount);
  return { captured: ofIntent(charges), refunded: ofIntent(refunds) };
}

async function expectUndone(one: Tampered, captured: number): Promise<void> {
  const { customerId } = one.customer;
  expect(await ledgerOf(one)).toEqual({ captured: [captured], refunded: [captured] });
  const [order] = await database().order.findMany({ where: { customerId }, include: { payment: true } });
  expect(order).toMatchObject({
    status: 'failed',
    payment: { status: 'failed', failureCode: 'PAYMENT_REFUNDED', nextCheckAt: null },
  });
  expect(await database().refund.findMany({ where: { customerId } })).toMatchObject([
    {
      cause: 'wrong_amount',
      status: 'refunded',
      orderId: order?.orderId,
      operationId: order?.operationId,
      amountMinor: captured,
      operationKey: null,
    },
  ]);
  expect(await database().outboxMessage.findMany({ where: { customerId } })).toMatchObject([
    { topic: 'order.refunded', operationId: order?.operationId },
  ]);
}

describe('another amount than the total is captured', () => {
  test.each([
    ['more', (total: number) => total + 100],
    ['less', (total: number) => total - 100],
  ])('%s: all goes back, the order fails, its stock is free, and the next try buys', async (_, change) => {
    const before = await stock();
    const one = await tampered(change);
    const { customer, checkout } = one;
    const key = makeKey();
    const refused = await customer.placeOrder(node, checkout, 'pm_card_visa', key);
    expect(refused).toMatchObject({
      status: 402,
      error: { code: 'PAYMENT_REFUNDED', definite: true, retryable: false },
    });
    expect((await customer.placeOrder(shop.node(), checkout, 'pm_card_visa', key)).text).toBe(refused.text);
    await expectUndone(one, change(checkout.totalMinor));
    expect(await stock()).toEqual(before);

    expect((await customer.placeOrder(node, checkout, 'pm_card_visa')).error?.code).toBe(
      'PAYMENT_NOT_PREPARED',
    );
    await customer.mutate(node, 'checkout.preparePayment', checkout);
    expect((await customer.placeOrder(node, checkout, 'pm_card_visa')).status).toBe(200);
  });

  test('an honest total isn’t touched', async () => {
    const one = await tampered((total) => total);
    expect((await one.customer.placeOrder(node, one.checkout, 'pm_card_visa')).status).toBe(200);
    expect(await ledgerOf(one)).toEqual({ captured: [one.checkout.totalMinor], refunded: [] });
  });
});

describe('the way back', () => {
  test('the refund’s answer is lost: no retry turns it round, the completer finishes it, it goes back once', async () => {
    const before = await stock();
    const one = await tampered();
    const { customer, checkout } = one;
    const losing = await proxy(async ({ request, forward }) => {
      await forward();
      return request.path === '/v1/refunds' ? 'lost' : 'delivered';
    });
    const key = makeKey();
    const placing = (at: Handler) => customer.placeOrder(at, checkout, 'pm_card_visa', key);
    const lost = await placing(shop.node({ STRIPE_API_BASE: losing.url }));
    expect(lost).toMatchObject({ status: 409, error: { code: 'OUTCOME_UNKNOWN', definite: false } });
    const record = await database().idempotencyRecord.findFirstOrThrow({ where: { key } });
    expect(record.state).toBe('compensating');
    expect(await stock()).toMatchObject({ reserved: before.reserved + 1 });
    // A caller only ever waits for it.
    const waiting = placing(node);
    await waitFor(async () => {
      await completeOnBoth();
      const { state } = await database().idempotencyRecord.findFirstOrThrow({ where: { key } });
      return state === 'failed' || undefined;
    });
    expect((await waiting).error?.code).toBe('PAYMENT_REFUNDED');
    await expectUndone(one, checkout.totalMinor + 100);
    expect(await stock()).toEqual(before);
    await losing.close();
  });

  test('the provider can’t be reached for the refund: nothing is decided, and later it goes on backwards', async () => {
    const one = await tampered();
    const { customer, checkout } = one;
    const deaf = await proxy(async ({ request, forward }) => {
      if (request.path === '/v1/refunds') return 'lost';
      await forward();
      return 'delivered';
    });
    const key = makeKey();
    const placing = (at: Handler) => customer.placeOrder(at, checkout, 'pm_card_visa', key);
    expect((await placing(shop.node({ STRIPE_API_BASE: deaf.url }))).error).toMatchObject({
      definite: false,
    });
    expect((await ledgerOf(one)).refunded).toEqual([]);
    await waitFor(async () => {
      await completeOnBoth();
      return (await placing(node)).error?.code === 'PAYMENT_REFUNDED' || undefined;
    });
    await expectUndone(one, checkout.totalMinor + 100);
    await deaf.close();
  });

  test('an unknown charge that turns out to be of another amount goes back too', async () => {
    const one = await tampered();
    const { customer, checkout } = one;
    const losing = await proxy(async ({ request, forward }) => {
      await forward();
      return request.path.endsWith('/confirm') ? 'lost' : 'delivered';
    });
    const key = makeKey();
    const lost = await customer.placeOrder(
      shop.node({ STRIPE_API_BASE: losing.url }),
      checkout,
      'pm_card_visa',
      key,
    );
    expect(lost.error?.code).toBe('OUTCOME_UNKNOWN');
    await waitFor(async () => {
      await completeOnBoth();
      const { state } = await database().idempotencyRecord.findFirstOrThrow({ where: { key } });
      return state === 'failed' || undefined;
    });
    await expectUndone(one, checkout.totalMinor + 100);
    await losing.close();
  });

  const commits = ['compensate', 'open-refund', 'settle'] as const;
  const boundaries = [
    ...commits.flatMap((step) => [
      { point: 'before_commit', step } as const,
      { point: 'after_commit', step } as const,
    ]),
    { point: 'before_remote', step: 'refund' },
    { point: 'after_remote', step: 'refund' },
  ] as const;
  const ends = [
    ...boundaries.map((at) => ({ ...at, signal: 'SIGKILL' }) as const),
    // One that wakes finds that its money went back by another's hand.
    ...boundaries.slice(-3).map((at) => ({ ...at, signal: 'SIGSTOP' }) as const),
  ];
  test.concurrent.each(ends)(
    'a node gets $signal $point $step: another finishes it, and it goes back once',
    async ({ point, step, signal }) => {
      const one = await tampered();
      const { customer, checkout } = one;
      const key = makeKey();
      await using doomed = startDoomed({
        env: shop.env(),
        ...customer.placeOrderRequest(checkout, 'pm_card_visa', key),
        at: { point, step },
        signal,
      });
      await doomed.struck;
      await waitFor(async () => {
        await completeOnBoth();
        const { state } = await database().idempotencyRecord.findFirstOrThrow({ where: { key } });
        return state === 'failed' || undefined;
      });
      const belated = await doomed.revive();
      const said = await customer.placeOrder(node, checkout, 'pm_card_visa', key);
      expect(said.error?.code).toBe('PAYMENT_REFUNDED');
      // One that woke says the same, or that it doesn't know.
      expect([said.text, 'nothing definite']).toContain(toldBy(belated));
      await expectUndone(one, checkout.totalMinor + 100);
    },
    60_000,
  );

  test('whoever looks for late charges leaves it alone', async () => {
    const one = await tampered();
    const { customerId } = one.customer;
    await one.customer.placeOrder(node, one.checkout, 'pm_card_visa');
    await database().payment.updateMany({ where: { customerId }, data: { nextCheckAt: new Date(0) } });
    await Promise.all(workers.map(checkLateCharges));
    await expectUndone(one, one.checkout.totalMinor + 100);
  });
});

function toldBy(belated: { text?: string } | null): string {
  return belated?.text === undefined || belated.text.includes('"definite":false')
    ? 'nothing definite'
    : belated.text;
}

function proxy(interfere: (passage: Passage) => Promise<'delivered' | 'lost'>) {
  return startProviderProxy(shop.providerUrl, interfere);
}

/** Polls an observable state; the limit is the test's. */
async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
