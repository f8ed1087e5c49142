import { expect, type Page } from 'playwright/test';
import type { Buyer } from '../buyer.ts';
import { OrdersPage } from '../pages/orders-page.ts';
import { ConfirmationPage } from '../pages/confirmation-page.ts';
import { euros } from '../pages/euros.ts';
import type { Charge, ProviderLedger } from './ledger.ts';
import type { OrderBook, OrderRow } from './order-book.ts';

/** What a test is meant to come to. */
export type Ends = 'bought' | 'nothing bought';

/** Longer than it takes the worker to finish what a dead node left: its lease, and some tries. */
const SETTLE_LIMIT_MS = 30_000;

/** What was there before a test, so that the rest is its own. */
export interface Before {
  readonly orders: ReadonlySet<string>;
  readonly charges: ReadonlySet<string>;
  readonly refunds: number;
}

interface Witnesses {
  readonly book: OrderBook;
  readonly ledger: ProviderLedger;
}

export async function lookAround({ book, ledger }: Witnesses): Promise<Before> {
  const [orders, { charges, refunds }] = await Promise.all([book.orders(), ledger.read()]);
  return {
    orders: new Set(orders.map(({ orderId }) => orderId)),
    charges: new Set(charges.map(({ id }) => id)),
    refunds: refunds.length,
  };
}

/**
 * Holds the three who must agree against each other: the page, the shop's orders, and the provider's
 * ledger. What the test believes to have done counts for nothing, but for how often it meant to buy.
 */
export async function audit(
  witnesses: Witnesses & { readonly page: Page },
  { before, buyer, ends }: { before: Before; buyer: Buyer; ends: Ends },
): Promise<void> {
  const { book, ledger, page } = witnesses;
  await expect
    .poll(async () => ({ unsettled: await book.unsettled(), open: await ledger.open() }), {
      message: 'nothing stays open, neither here nor at the provider',
      timeout: SETTLE_LIMIT_MS,
    })
    .toEqual({ unsettled: 0, open: 0 });

  const orders = (await book.orders()).filter(({ orderId }) => !before.orders.has(orderId));
  const { charges, refunds } = await ledger.read();
  const captured = charges.filter(({ id, status }) => status === 'succeeded' && !before.charges.has(id));
  const paid = orders.filter(({ status }) => status === 'paid');

  expect(
    orders.filter(({ email }) => email !== buyer.email),
    'every order is the buyer’s',
  ).toEqual([]);
  expect(paid.length, 'paid orders').toBe(ends === 'bought' ? 1 : 0);
  expect(captured.map(movement), 'the provider moved the money of the paid orders, once').toEqual(
    paid.map(movementFor),
  );
  expect(refunds.length - before.refunds, 'refunds').toBe(0);
  for (const order of orders) {
    const isPaid = order.status === 'paid';
    expect(order, `order ${order.orderId}`).toMatchObject({
      status: isPaid ? 'paid' : 'failed',
      paymentStatus: order.status,
      paymentMinor: order.totalMinor,
      messages: isPaid ? 1 : 0,
    });
  }
  expect(await book.wrongStock(), 'stock that doesn’t add up').toEqual([]);

  await readPage(page, paid);
  await readOrders(page, orders);
}

/** What the test left on the screen: a page that says 'paid' must mean the order that is paid. */
async function readPage(page: Page, paid: OrderRow[]): Promise<void> {
  if (page.isClosed()) return;
  const state = page.getByTestId('payment-state');
  const says = (await state.count()) === 0 ? null : await state.getAttribute('data-state');
  if (says === 'refused') expect(paid, 'the page says that nothing was charged').toEqual([]);
  if (says !== 'paid') return;
  const confirmation = new ConfirmationPage(page);
  expect(
    paid.map(({ orderId }) => orderId),
    'the page says paid',
  ).toEqual([confirmation.orderId()]);
  await confirmation.expectTotal(paid[0]?.totalMinor ?? 0);
}

/** What a customer who comes back later is told. */
async function readOrders(page: Page, orders: OrderRow[]): Promise<void> {
  const later = await page.context().newPage();
  const list = new OrdersPage(later);
  await list.open();
  await list.expectOrders(
    orders.map(({ orderId, status, totalMinor }) => ({ orderId, status, total: euros(totalMinor) })),
  );
  await later.close();
}

const movement = ({ payment_intent, amount, currency }: Charge) => ({
  intent: payment_intent,
  amount,
  currency: currency.toUpperCase(),
});

const movementFor = ({ paymentIntentId, totalMinor, currency }: OrderRow) => ({
  intent: paymentIntentId,
  amount: totalMinor,
  currency,
});
