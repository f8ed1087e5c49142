import { z } from 'zod';
import {
  AlreadyInProgress,
  Finished,
  type Operation,
  type Policy,
  type Refusal,
} from '../../src/idempotency/index.ts';
import type { Payments } from '../../src/payments/payments.ts';
import { charge, type Charge } from '../../src/shop/checkout/charge.ts';
import { refusal } from '../../src/shop/refusals.ts';
import type {
  CheckoutRow as CheckoutSnapshot,
  OrderLineRow,
  OrderRow,
  OutboxRow,
  PaymentRow,
  ReservationRow,
  StockRow,
} from '../final-state.ts';
import type { PlacedOrder } from '../history/value.ts';
import type { Rows } from './database.ts';
import type { ShopTx } from './store-client.ts';
import { Table } from './table.ts';
import type { RowName } from './table.ts';

/*
 * The shop of the simulation. It stands for `src/shop/checkout/place-order.ts`, which needs Prisma: the
 * same steps in the same transactions, the same order of locks, the same refusals, and the product's own
 * `charge`. A step's statements are folded into one, since between two statements of a transaction that
 * holds its locks nothing can come that couldn't come before or after both.
 */

/** What stands below the engine and catches some of what it might let through. A run may do without. */
export interface Layers {
  /** `UNIQUE (customer, checkout) WHERE status <> 'failed'`. */
  readonly intentGuard: boolean;
  /** An order id follows from its operation; status and reservations change once, from where they must stand. */
  readonly conditionalWrites: boolean;
  /** The provider refuses to charge what is paid. */
  readonly strictProvider: boolean;
}

export const DELIVERY_MINOR = 490;
export const CURRENCY = 'EUR';

export const PRODUCTS: Readonly<Record<string, number>> = { MUG: 1_900, PLATE: 2_400, VASE: 5_600 };

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/** The rows that the simulated database keeps. */
export interface CheckoutRow extends CheckoutSnapshot {
  lines: readonly Line[];
  /** How often a payment was opened for it. */
  paymentNumber: number;
}

export interface ShopOrderRow extends OrderRow {
  lines: readonly OrderLineRow[];
}

export const tables = {
  checkout: new Table<CheckoutRow>('checkout'),
  /** The guard's index: which order was the last of a checkout. */
  guard: new Table<string>('guard'),
  orders: new Table<ShopOrderRow>('orders'),
  /** By the order that it pays. */
  payment: new Table<PaymentRow>('payment'),
  stock: new Table<StockRow>('stock'),
  /** By order and product. */
  reservation: new Table<ReservationRow>('reservation'),
  outbox: new Table<OutboxRow>('outbox'),
} as const;

export const placeOrderInput = z.object({
  checkoutId: z.string().min(1).max(100),
  /** The version that the customer saw and agreed to. */
  version: z.number().int().positive(),
  paymentMethod: z.string().regex(/^pm_[A-Za-z0-9_]{1,80}$/),
});
export type PlaceOrderInput = z.output<typeof placeOrderInput>;

/** What a customer sees before pressing Pay. */
export interface Offer {
  readonly checkoutId: string;
  readonly version: number;
  readonly lines: readonly { sku: string; quantity: number; unitPriceMinor: number }[];
  readonly totalMinor: number;
  readonly currency: string;
}

interface Reserved {
  readonly orderId: string;
  readonly intentId: string;
  readonly totalMinor: number;
  readonly currency: string;
}

/** Buys what a checkout holds: reserve, charge, settle. */
export async function placeOrder(
  operation: Operation<ShopTx>,
  customerId: string,
  input: PlaceOrderInput,
  { payments, layers }: { payments: Payments; layers: Layers },
): Promise<PlacedOrder> {
  const reserved = await operation.transact<Reserved>('reserve', (tx) =>
    tx.run((rows) => reserve(rows, operation.id, customerId, input, layers)),
  );
  const charged = await operation.remote('charge', (attempt) =>
    charge(payments, { ...reserved, paymentMethod: input.paymentMethod }, attempt),
  );
  return operation.settle<PlacedOrder>((tx) =>
    tx.run((rows) => settle(rows, operation.id, input.checkoutId, reserved, charged, layers)),
  );
}

async function reserve(
  rows: Rows,
  operationId: string,
  customerId: string,
  { checkoutId, version, paymentMethod }: PlaceOrderInput,
  layers: Layers,
): Promise<Reserved | Finished<PlacedOrder>> {
  const checkout = await lockedCheckout(rows, customerId, checkoutId);
  if (checkout.version !== version) throw refusal('CHECKOUT_CHANGED');
  if (checkout.paymentIntentId === null) throw refusal('PAYMENT_NOT_PREPARED');

  const guard = tables.guard.row(customerId, checkoutId);
  await rows.lock(guard);
  const living = livingOrder(rows, customerId, checkoutId);
  if (living !== null && layers.intentGuard) {
    if (living.status === 'pending') throw new AlreadyInProgress(living.operationId);
    return new Finished(placed(living));
  }

  // Without the layer a second execution is a second order, as where the database makes the ids.
  const suffix = layers.conditionalWrites ? '' : `x${rows.nextNumber()}`;
  const orderId = `ord_${operationId.slice('op_'.length)}${suffix}`;
  const lines = checkout.lines.map(({ sku, quantity }): OrderLineRow => {
    const unitPriceMinor = priceOf(sku);
    return {
      orderId,
      customerId,
      sku,
      quantity,
      unitPriceMinor,
      lineTotalMinor: unitPriceMinor * quantity,
    };
  });
  const order: ShopOrderRow = {
    orderId,
    customerId,
    checkoutId,
    operationId,
    status: 'pending',
    email: checkout.email ?? '',
    subtotalMinor: checkout.totalMinor - DELIVERY_MINOR,
    deliveryMinor: DELIVERY_MINOR,
    totalMinor: checkout.totalMinor,
    currency: checkout.currency,
    createdAt: '',
    settledAt: null,
    lines,
  };
  rows.put(tables.orders.row(orderId), order);
  rows.put(guard, orderId);
  const payment: PaymentRow = {
    paymentId: `pay_${orderId.slice('ord_'.length)}`,
    customerId,
    orderId,
    status: 'pending',
    paymentIntentId: checkout.paymentIntentId,
    paymentMethod,
    amountMinor: checkout.totalMinor,
    currency: checkout.currency,
    failureCode: null,
  };
  rows.put(tables.payment.row(orderId), payment);

  for (const { sku, quantity } of sorted(checkout.lines)) {
    await rows.lock(tables.stock.row(sku));
    const stock = rowOf(rows, tables.stock.row(sku));
    if (stock.available < quantity) throw refusal('OUT_OF_STOCK');
    rows.put(tables.stock.row(sku), {
      ...stock,
      available: stock.available - quantity,
      reserved: stock.reserved + quantity,
    });
    const reservation: ReservationRow = {
      operationId,
      sku,
      customerId,
      orderId,
      quantity,
      status: 'held',
    };
    rows.put(tables.reservation.row(orderId, sku), reservation);
  }
  const { totalMinor, currency, paymentIntentId } = checkout;
  return { orderId, intentId: paymentIntentId, totalMinor, currency };
}

async function settle(
  rows: Rows,
  operationId: string,
  checkoutId: string,
  { orderId }: Reserved,
  charged: Charge,
  layers: Layers,
): Promise<PlacedOrder | Refusal> {
  await rows.lock(tables.checkout.row(checkoutId));
  const checkout = rowOf(rows, tables.checkout.row(checkoutId));
  const order = rowOf(rows, tables.orders.row(orderId));
  const payment = rowOf(rows, tables.payment.row(orderId));
  if (layers.conditionalWrites && (order.status !== 'pending' || payment.status !== 'pending'))
    throw new Error(`Bug: ${orderId} is ${order.status} before it is settled`);

  // The simulated provider captures what it was asked for.
  if (charged.kind === 'wrong-amount') throw new Error('Bug: another amount was captured');
  if (charged.kind !== 'succeeded') {
    const failureCode = charged.kind === 'cancelled' ? 'PAYMENT_CANCELLED' : charged.code;
    rows.put(tables.orders.row(orderId), { ...order, status: 'failed' });
    rows.put(tables.payment.row(orderId), { ...payment, status: 'failed', failureCode });
    // A cancelled intent can't be paid any more: the next attempt opens a new one.
    if (charged.kind === 'cancelled')
      rows.put(tables.checkout.row(checkoutId), { ...checkout, paymentIntentId: null });
    await endReservations(rows, order, 'released', layers);
    return refusal(failureCode);
  }

  rows.put(tables.checkout.row(checkoutId), { ...checkout, status: 'completed' });
  rows.put(tables.orders.row(orderId), { ...order, status: 'paid' });
  rows.put(tables.payment.row(orderId), { ...payment, status: 'paid' });
  const answer = placed(order);
  const message: OutboxRow = {
    messageId: `msg_${operationId.slice('op_'.length)}`,
    customerId: order.customerId,
    operationId,
    topic: 'order.paid',
    payload: JSON.stringify(answer),
    deliveredAt: null,
  };
  rows.put(tables.outbox.row(message.messageId), message);
  await endReservations(rows, order, 'sold', layers);
  return answer;
}

async function endReservations(
  rows: Rows,
  order: ShopOrderRow,
  status: 'sold' | 'released',
  layers: Layers,
): Promise<void> {
  for (const { sku } of sorted(order.lines)) {
    const name = tables.reservation.row(order.orderId, sku);
    const reservation = rowOf(rows, name);
    // One conditional UPDATE, so that a reservation ends once.
    if (layers.conditionalWrites && reservation.status !== 'held') continue;
    rows.put(name, { ...reservation, status });
    await rows.lock(tables.stock.row(sku));
    const stock = rowOf(rows, tables.stock.row(sku));
    const { quantity } = reservation;
    rows.put(tables.stock.row(sku), {
      ...stock,
      reserved: stock.reserved - quantity,
      ...(status === 'sold' ? { sold: stock.sold + quantity } : { available: stock.available + quantity }),
    });
  }
}

/**
 * Sets what a checkout holds, and takes its payment off: it was opened for another total. Absolute values,
 * so that it may be repeated.
 */
export async function changeLines(
  rows: Rows,
  customerId: string,
  { checkoutId, lines }: { checkoutId: string; lines: readonly Line[] },
): Promise<CheckoutRow> {
  const checkout = await lockedCheckout(rows, customerId, checkoutId);
  const living = livingOrder(rows, customerId, checkoutId);
  if (living !== null) throw refusal('ORDER_PENDING');
  if (JSON.stringify(checkout.lines) === JSON.stringify(lines)) return checkout;
  const changed: CheckoutRow = {
    ...checkout,
    lines,
    version: checkout.version + 1,
    totalMinor: totalOf(lines),
    paymentIntentId: null,
  };
  rows.put(tables.checkout.row(checkoutId), changed);
  return changed;
}

/** Stores the payment that was opened for a checkout as it then was. Of two that opened one, the first stays. */
export async function storePayment(
  rows: Rows,
  customerId: string,
  { checkoutId, version, intentId }: { checkoutId: string; version: number; intentId: string },
): Promise<CheckoutRow> {
  const checkout = await lockedCheckout(rows, customerId, checkoutId);
  if (checkout.version !== version) throw refusal('CHECKOUT_CHANGED');
  if (checkout.paymentIntentId !== null) return checkout;
  const prepared = { ...checkout, paymentIntentId: intentId, paymentNumber: checkout.paymentNumber + 1 };
  rows.put(tables.checkout.row(checkoutId), prepared);
  return prepared;
}

export function offerOf({ checkoutId, version, lines, totalMinor, currency }: CheckoutRow): Offer {
  return {
    checkoutId,
    version,
    lines: lines.map((line) => ({ ...line, unitPriceMinor: priceOf(line.sku) })),
    totalMinor,
    currency,
  };
}

export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { sku, quantity }) => sum + priceOf(sku) * quantity, DELIVERY_MINOR);
}

/** The acknowledgement of an order, as the product's `placed` makes it. */
function placed(order: Pick<OrderRow, 'orderId' | 'operationId' | 'totalMinor' | 'currency'>): PlacedOrder {
  const { orderId, operationId, totalMinor, currency } = order;
  const reference = orderId.slice('ord_'.length).toUpperCase();
  return { orderId, reference, operationId, status: 'paid', totalMinor, currency };
}

async function lockedCheckout(rows: Rows, customerId: string, checkoutId: string): Promise<CheckoutRow> {
  await rows.lock(tables.checkout.row(checkoutId));
  const checkout = rows.get(tables.checkout.row(checkoutId));
  if (checkout === null || checkout.customerId !== customerId) throw refusal('CHECKOUT_NOT_FOUND');
  return checkout;
}

function livingOrder(rows: Rows, customerId: string, checkoutId: string): ShopOrderRow | null {
  const orderId = rows.get(tables.guard.row(customerId, checkoutId));
  const order = orderId === null ? null : rows.get(tables.orders.row(orderId));
  return order === null || order.status === 'failed' ? null : order;
}

function rowOf<T>(rows: Rows, name: RowName<T>): T {
  const row = rows.get(name);
  if (row === null) throw new Error(`Bug: there is no ${name.text}`);
  return row;
}

function priceOf(sku: string): number {
  const price = PRODUCTS[sku];
  if (price === undefined) throw new Error(`Bug: there is no product ${sku}`);
  return price;
}

function sorted<T extends { readonly sku: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** The codes of the product's own policy; its times are the run's. */
export const STORED_REFUSALS: Policy['storedRefusals'] = [
  'CHECKOUT_NOT_FOUND',
  'CHECKOUT_CHANGED',
  'PAYMENT_NOT_PREPARED',
  'OUT_OF_STOCK',
  'CARD_DECLINED',
  'INSUFFICIENT_FUNDS',
  'PAYMENT_CANCELLED',
];
