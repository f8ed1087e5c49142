import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Handler } from '../api/handler.ts';
import { startProviderProxy, type Passage } from '../api/testing/provider-proxy.ts';
import {
  startTestShop,
  TestCustomer,
  type Answer,
  type PreparedCheckout,
  type TestShop,
} from '../api/testing/test-shop.ts';
import { limits } from '../limits.ts';
import type { Services } from '../services.ts';
import { resumables } from '../shop/resumables.ts';
import { Completer } from './completer.ts';
import { checkLateCharges } from './late-charges.ts';

let shop: TestShop;
let node: Handler;
let workers: readonly [Services, Services];
beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  workers = [shop.services(), shop.services()];
});
afterAll(() => shop[Symbol.asyncDispose]());

const sandboxKeys = (function* (): Generator<string, string> {
  for (let count = 1; ; count++) yield `late ${count}`;
})();

interface Declined {
  readonly customer: TestCustomer;
  readonly checkout: PreparedCheckout;
  readonly intentId: string;
}

/** A customer whose card was declined: the order failed, its PaymentIntent waits for another card. */
async function declined(): Promise<Declined> {
  const customer = new TestCustomer();
  const checkout = await customer.checkOut(node);
  const answer = await customer.placeOrder(node, checkout, 'pm_card_chargeDeclined');
  expect(answer.error?.code).toBe('CARD_DECLINED');
  const { customerId } = customer;
  const payment = await database().payment.findFirstOrThrow({ where: { customerId } });
  return { customer, checkout, intentId: payment.paymentIntentId };
}

/** What a copy of a confirm does that arrives when the provider has forgotten its key. */
async function chargeLate({ intentId }: Declined): Promise<void> {
  const reply = await shop.provider.confirm(intentId, 'pm_card_visa', { key: sandboxKeys.next().value });
  expect(reply.json).toMatchObject({ status: 'succeeded' });
}

const database = () => workers[0].database;
const due = ({ customer: { customerId } }: Declined) =>
  database()
    .$executeRaw`UPDATE payment SET next_check_at = clock_timestamp() WHERE customer_id = ${customerId} AND status = 'failed'`;
const watched = ({ customer: { customerId } }: Declined) =>
  database().payment.count({ where: { customerId, status: 'failed', nextCheckAt: { not: null } } });
const refundRows = ({ customer: { customerId } }: Declined) =>
  database().refund.findMany({ where: { customerId } });
const complete = (worker: Services) =>
  new Completer({ ...worker, known: resumables(worker.payments) }).runOnce();

/** What the provider has of this customer, and what the shop says that it should have. */
async function money({ customer: { customerId } }: Declined) {
  const { intents, charges, refunds } = await shop.provider.ledger();
  const theirs = new Set(
    intents.filter(({ metadata }) => metadata['customerReference'] === customerId).map(({ id }) => id),
  );
  const captured = charges.filter((charge) => charge.captured && theirs.has(charge.payment_intent));
  const back = refunds.filter((refund) => theirs.has(refund.payment_intent));
  const paid = await database().order.findMany({ where: { customerId, status: 'paid' } });
  return {
    captures: captured.length,
    refunds: back.length,
    net: sum(captured.map(({ amount }) => amount)) - sum(back.map(({ amount }) => amount)),
    paid: sum(paid.map(({ totalMinor }) => totalMinor)),
  };
}

describe('a charge that comes after its order had failed', () => {
  test('goes back once, though two workers look at once; and the next try is paid by another intent', async () => {
    const all = await inTurn(10, declined);
    for (const one of all) {
      await chargeLate(one);
      await due(one);
    }
    await Promise.all(workers.map(checkLateCharges));
    for (const one of all) {
      expect(await money(one)).toEqual({ captures: 1, refunds: 1, net: 0, paid: 0 });
      expect(await refundRows(one)).toMatchObject([
        { cause: 'late_success', status: 'refunded', amountMinor: one.checkout.totalMinor, currency: 'EUR' },
      ]);
      expect(await watched(one)).toBe(0);
    }
    const [{ customer, checkout } = missing()] = all;
    const { customerId } = customer;
    const [refund] = await refundRows(all[0] ?? missing());
    expect(refund?.providerRefundId).toMatch(/^re_/);
    expect(await database().outboxMessage.findMany({ where: { customerId } })).toMatchObject([
      { topic: 'order.refunded', operationId: refund?.operationId },
    ]);
    expect(await database().order.findMany({ where: { customerId } })).toMatchObject([{ status: 'failed' }]);
    // Whoever tries anew can't take the refunded charge for a payment.
    const unprepared = await customer.placeOrder(node, checkout, 'pm_card_visa');
    expect(unprepared.error?.code).toBe('PAYMENT_NOT_PREPARED');
    await customer.mutate(node, 'checkout.preparePayment', checkout);
    expect((await customer.placeOrder(node, checkout, 'pm_card_visa')).status).toBe(200);
    expect(await money(all[0] ?? missing())).toEqual({
      captures: 2,
      refunds: 1,
      net: checkout.totalMinor,
      paid: checkout.totalMinor,
    });
  });

  test('goes back once, though several orders failed on its intent', async () => {
    const one = await declined();
    await one.customer.placeOrder(node, one.checkout, 'pm_card_chargeDeclinedInsufficientFunds');
    expect(await watched(one)).toBe(2);
    await chargeLate(one);
    await due(one);
    await Promise.all([...workers, ...workers].map(checkLateCharges));
    expect(await money(one)).toEqual({ captures: 1, refunds: 1, net: 0, paid: 0 });
    expect(await refundRows(one)).toHaveLength(1);
    expect(await watched(one)).toBe(0);
  });

  test('that a person gave back already is noted, and nothing more goes back', async () => {
    const one = await declined();
    await chargeLate(one);
    await shop.provider.post('/v1/refunds', { payment_intent: one.intentId });
    await due(one);
    await checkLateCharges(workers[0]);
    expect(await refundRows(one)).toMatchObject([{ status: 'refunded', providerRefundId: null }]);
    expect(await money(one)).toEqual({ captures: 1, refunds: 1, net: 0, paid: 0 });
  });
});

describe('a charge that is somebody’s', () => {
  test('another card’s try, paid with the same intent, explains it', async () => {
    const one = await declined();
    expect((await one.customer.placeOrder(node, one.checkout, 'pm_card_visa')).status).toBe(200);
    await due(one);
    await Promise.all(workers.map(checkLateCharges));
    const { totalMinor } = one.checkout;
    expect(await money(one)).toEqual({ captures: 1, refunds: 0, net: totalMinor, paid: totalMinor });
    expect(await watched(one)).toBe(0);
  });

  test('a try that finds the late charge is paid by it, and it stays', async () => {
    const one = await declined();
    await chargeLate(one);
    expect((await one.customer.placeOrder(node, one.checkout, 'pm_card_mastercard')).status).toBe(200);
    await due(one);
    await Promise.all(workers.map(checkLateCharges));
    const { totalMinor } = one.checkout;
    expect(await money(one)).toEqual({ captures: 1, refunds: 0, net: totalMinor, paid: totalMinor });
  });

  test('a try that is under way may be its owner: nothing goes back before it has ended', async () => {
    const one = await declined();
    const placing = one.customer.placeOrder(node, one.checkout, 'pm_card_slow');
    await shop.provider.untilCharged(one.intentId);
    await due(one);
    await Promise.all(workers.map(checkLateCharges));
    expect(await refundRows(one)).toEqual([]);
    expect(await watched(one)).toBe(1);
    expect((await placing).status).toBe(200);
    const { totalMinor } = one.checkout;
    expect(await money(one)).toEqual({ captures: 1, refunds: 0, net: totalMinor, paid: totalMinor });
  });

  test('a try and the refund at the same moment, 20 rounds: the charge pays an order or goes back, never both or neither', async () => {
    // The customer presses Pay when the worker is so far. The second is where either may be first.
    const starts = ['before it looks', 'GET', 'POST'] as const;
    let pressPay: { when: string; press: () => void } | null = null;
    const watching = await proxy(async ({ request, forward }) => {
      if (request.method === pressPay?.when) pressPay.press();
      await forward();
      return 'delivered';
    });
    const watched = [watching, watching].map(({ url }) => shop.services({ STRIPE_API_BASE: url }));
    const seen = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const one = await declined();
      await chargeLate(one);
      await due(one);
      const when = starts[round % starts.length] ?? starts[0];
      const placing = new Promise<Answer>((resolve) => {
        const press = () => resolve(one.customer.placeOrder(node, one.checkout, 'pm_card_mastercard'));
        pressPay = { when, press };
        if (when === starts[0]) press();
      });
      const [placed] = await Promise.all([placing, ...watched.map(checkLateCharges)]);
      const outcome = placed.status === 200 ? 'paid' : String(placed.error?.code);
      seen.add(outcome);
      const moved = await money(one);
      expect(moved).toMatchObject({ captures: 1, refunds: outcome === 'paid' ? 0 : 1 });
      expect(moved.net).toBe(moved.paid);
    }
    expect([...seen].toSorted()).toEqual(['PAYMENT_NOT_PREPARED', 'paid']);
    await watching.close();
  }, 120_000);
});

describe('the refund is an operation', () => {
  test('its answer is lost: the completer finds out, on two workers, and it went back once', async () => {
    const one = await declined();
    await chargeLate(one);
    await due(one);
    const losing = await proxy(async ({ request, forward }) => {
      await forward();
      return request.path === '/v1/refunds' ? 'lost' : 'delivered';
    });
    await checkLateCharges(shop.services({ STRIPE_API_BASE: losing.url }));
    expect(await refundRows(one)).toMatchObject([{ status: 'due' }]);
    expect(await money(one)).toMatchObject({ refunds: 1 });
    await waitFor(async () => {
      await Promise.all(workers.flatMap((worker) => [complete(worker), checkLateCharges(worker)]));
      return (await refundRows(one))[0]?.status === 'refunded' || undefined;
    });
    expect(await money(one)).toEqual({ captures: 1, refunds: 1, net: 0, paid: 0 });
    await losing.close();
  });

  test('its worker is killed when the money is back and the answer isn’t: another worker finishes it', async () => {
    const one = await declined();
    await chargeLate(one);
    await due(one);
    let reached: () => void = () => undefined;
    const moneyIsBack = new Promise<void>((resolve) => (reached = resolve));
    const holding = await proxy(async ({ request, forward }) => {
      await forward();
      if (request.path !== '/v1/refunds') return 'delivered';
      reached();
      return new Promise(() => undefined);
    });
    const worker = startWorker({ STRIPE_API_BASE: holding.url });
    await moneyIsBack;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    expect(await refundRows(one)).toMatchObject([{ status: 'due' }]);
    await waitFor(async () => {
      await Promise.all(workers.flatMap((each) => [complete(each), checkLateCharges(each)]));
      return (await refundRows(one))[0]?.status === 'refunded' || undefined;
    });
    expect(await money(one)).toEqual({ captures: 1, refunds: 1, net: 0, paid: 0 });
    await holding.close();
  });
});

describe('looking', () => {
  test('goes on while the intent waits, ends when it is cancelled, and ends at the horizon', async () => {
    const [waiting, cancelled, old] = await inTurn(3, declined);
    if (!waiting || !cancelled || !old) throw new Error('missing');
    await shop.provider.post(`/v1/payment_intents/${cancelled.intentId}/cancel`, {});
    const { customerId } = old.customer;
    const settledAt = new Date(Date.now() - limits.lateCharges.horizonMs);
    await database().payment.updateMany({ where: { customerId }, data: { settledAt } });
    for (const one of [waiting, cancelled, old]) await due(one);
    await checkLateCharges(workers[0]);
    expect(await Promise.all([waiting, cancelled, old].map(watched))).toEqual([1, 0, 0]);
    expect(await money(waiting)).toMatchObject({ captures: 0, refunds: 0 });
  });

  test('one that can’t be looked at stops no other, and its turn comes again', async () => {
    const [deaf, heard] = await inTurn(2, declined);
    if (!deaf || !heard) throw new Error('missing');
    await chargeLate(deaf);
    await chargeLate(heard);
    await due(deaf);
    await due(heard);
    const breaking = await proxy(async ({ request, forward }) => {
      if (request.path.includes(deaf.intentId)) return 'lost';
      await forward();
      return 'delivered';
    });
    await checkLateCharges(shop.services({ STRIPE_API_BASE: breaking.url }));
    expect(await money(heard)).toMatchObject({ net: 0, refunds: 1 });
    expect(await money(deaf)).toMatchObject({ refunds: 0 });
    expect(await watched(deaf)).toBe(1);
    await due(deaf);
    await checkLateCharges(workers[1]);
    expect(await money(deaf)).toMatchObject({ net: 0, refunds: 1 });
    await breaking.close();
  });
});

function proxy(interfere: (passage: Passage) => Promise<'delivered' | 'lost'>) {
  return startProviderProxy(shop.providerUrl, interfere);
}

/** The worker as it is deployed: a process of its own. */
function startWorker(changes: { STRIPE_API_BASE: string }) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  return spawn(process.execPath, [main], {
    env: { ...process.env, ...shop.env(changes) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function inTurn<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(await make());
  return made;
}

/** Polls an observable state; the limit is the test's. */
async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function missing(): never {
  throw new Error('missing');
}
