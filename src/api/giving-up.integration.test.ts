import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import { resumables } from '../shop/resumables.ts';
import { Completer } from '../worker/completer.ts';
import { startProviderProxy } from './testing/provider-proxy.ts';
import { startTestShop, TestCustomer, type TestShop } from './testing/test-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

/**
 * A provider whose every connection breaks once something was sent: whether it charged is unknown each
 * time. After many tries the payment is cancelled, and only the provider's word makes that a 'no'.
 */
test('a payment that can’t be completed is cancelled, its stock released, and the next one gets a new intent', async () => {
  const breaking = createServer((socket) => {
    socket.once('data', () => socket.destroy());
  });
  await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
  const address = breaking.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cutOff = shop.node({ STRIPE_API_BASE: `http://127.0.0.1:${address.port}` });
  const worker = shop.services();
  const node = shop.node();

  const customer = new TestCustomer();
  const checkout = await customer.checkOut(node);
  const stock = () => worker.database.stock.findUniqueOrThrow({ where: { sku: 'MUG-HARBOUR' } });
  const before = await stock();
  const key = makeKey();
  const lost = await customer.placeOrder(cutOff, checkout, 'pm_card_visa_lost', key);
  expect(lost).toMatchObject({ status: 409, error: { code: 'OUTCOME_UNKNOWN', definite: false } });
  expect(await stock()).toMatchObject({ reserved: before.reserved + 1 });

  // As after a long outage, so that the test needn't sit through the backoff of a dozen tries.
  await worker.database.$executeRaw`
    UPDATE idempotency_record SET tries = 12, next_try_at = clock_timestamp() WHERE key = ${key}::uuid`;
  await new Completer({ ...worker, known: resumables(worker.payments) }).runOnce();
  const cancelled = await customer.placeOrder(node, checkout, 'pm_card_visa_lost', key);
  expect(cancelled).toMatchObject({ status: 402, error: { code: 'PAYMENT_CANCELLED', definite: true } });
  expect(await stock()).toEqual(before);
  expect(await shop.charges('pm_card_visa_lost')).toEqual([]);

  const unprepared = await customer.placeOrder(node, checkout, 'pm_card_visa_next');
  expect(unprepared.error?.code).toBe('PAYMENT_NOT_PREPARED');
  await customer.mutate(node, 'checkout.preparePayment', checkout);
  const bought = await customer.placeOrder(node, checkout, 'pm_card_visa_next');
  expect(bought.data).toMatchObject({ status: 'paid' });
  expect(await shop.charges('pm_card_visa_next')).toHaveLength(1);
  await new Promise((resolve) => breaking.close(resolve));
});

/** The confirm that was given up for lost arrives just before the cancel does. */
test('a payment that turns out to be paid when it is cancelled is finished: the order is paid, nothing goes back', async () => {
  const losing = await startProviderProxy(shop.providerUrl, async ({ request, forward }) => {
    // It never arrives, as far as anyone can see.
    if (request.path.endsWith('/confirm')) return 'lost';
    await forward();
    return 'delivered';
  });
  const node = shop.node();
  const customer = new TestCustomer();
  const checkout = await customer.checkOut(node);
  const key = makeKey();
  const card = 'pm_card_visa_late';
  const lost = await customer.placeOrder(shop.node({ STRIPE_API_BASE: losing.url }), checkout, card, key);
  expect(lost.error?.code).toBe('OUTCOME_UNKNOWN');
  expect(await shop.charges(card)).toEqual([]);

  const asked: string[] = [];
  const overtaking = await startProviderProxy(shop.providerUrl, async ({ request, forward }) => {
    asked.push(`${request.method} ${request.path.split('/').at(-1)}`);
    const cancel = /payment_intents\/(\w+)\/cancel$/.exec(request.path)?.[1];
    if (cancel !== undefined) await shop.provider.confirm(cancel, card, { key: 'the lost one' });
    await forward();
    return 'delivered';
  });
  const worker = shop.services({ STRIPE_API_BASE: overtaking.url });
  await worker.database.$executeRaw`
    UPDATE idempotency_record SET tries = 12, next_try_at = clock_timestamp() WHERE key = ${key}::uuid`;
  await new Completer({ ...worker, known: resumables(worker.payments) }).runOnce();
  expect(asked).toEqual([expect.stringMatching(/^GET pi_/), 'POST cancel']);
  const answer = await customer.placeOrder(node, checkout, card, key);
  expect(answer.data).toMatchObject({ status: 'paid', totalMinor: checkout.totalMinor });
  expect(await shop.charges(card)).toMatchObject([{ status: 'succeeded', amount: checkout.totalMinor }]);
  const { customerId } = customer;
  expect(await worker.database.refund.count({ where: { customerId } })).toBe(0);
  expect(await worker.database.stockReservation.findMany({ where: { customerId } })).toMatchObject([
    { status: 'sold' },
  ]);
  await Promise.all([losing.close(), overtaking.close()]);
});
