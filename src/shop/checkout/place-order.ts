import { z } from 'zod';
import type { Tx } from '../../database/database.ts';
import {
  AlreadyInProgress,
  Finished,
  type Operation,
  type Policy,
  type Refusal,
} from '../../idempotency/index.ts';
import { limits } from '../../limits.ts';
import type { Payments } from '../../payments/payments.ts';
import type { PlacedOrder } from '../answers/placed-order.ts';
import { orderReference } from '../orders/order-reference.ts';
import { refusal } from '../refusals.ts';
import { id } from '../text.ts';
import { charge, type Charge } from './charge.ts';
import { detailsOf, findLiveOrder, isPaymentPrepared, lockCheckout, type CheckoutRow } from './checkout.ts';
import { makeOrderKey } from './order-key.ts';
import { releaseReserved, reserveStock, sellReserved } from './stock.ts';

/** All that the browser sends, and all that it keeps of a pending attempt: nothing private is in it. */
export const placeOrderInput = z.object({
  checkoutId: id,
  /** The version that the customer saw and agreed to. */
  version: z.number().int().positive().max(2_147_483_647),
  /** The provider's token of a card; never a card number. */
  paymentMethod: z.string().regex(/^pm_[A-Za-z0-9_]{1,80}$/),
});
export type PlaceOrderInput = z.output<typeof placeOrderInput>;

export const placeOrderPolicy = {
  version: 1,
  windowBackMs: limits.keys.windowBackMs,
  windowAheadMs: limits.keys.windowAheadMs,
  leaseMs: limits.lease.leaseMs,
  renewalDeadlineMs: limits.lease.renewalDeadlineMs,
  joinMs: limits.joinMs,
  maxTries: limits.completer.maxTries,
  backoffBaseMs: limits.completer.backoffBaseMs,
  backoffCapMs: limits.completer.backoffCapMs,
  storedRefusals: [
    'CHECKOUT_NOT_FOUND',
    'CHECKOUT_CHANGED',
    'CHECKOUT_INCOMPLETE',
    'PAYMENT_NOT_PREPARED',
    'OUT_OF_STOCK',
    'CARD_DECLINED',
    'INSUFFICIENT_FUNDS',
    'PAYMENT_CANCELLED',
    'BAD_PAYMENT_METHOD',
  ],
  retryAdvice: 'Send the same call with the same key until the answer is definite.',
  compensation: 'A payment that can’t be completed is cancelled; a declined one releases its stock.',
} as const satisfies Policy;

interface Reserved {
  readonly orderId: string;
  readonly intentId: string;
  readonly totalMinor: number;
  readonly currency: string;
}

/**
 * Buys what a checkout holds: reserve and create the order, confirm the checkout's PaymentIntent, settle
 * order, payment, stock, message and answer in one commit.
 */
export async function placeOrder(
  operation: Operation<Tx>,
  customerId: string,
  input: PlaceOrderInput,
  payments: Payments,
): Promise<PlacedOrder> {
  const reserved = await operation.transact<Reserved>('reserve', (tx) =>
    reserve(tx, operation.id, customerId, input),
  );
  const charged = await operation.remote('charge', (attempt) =>
    charge(payments, { ...reserved, paymentMethod: input.paymentMethod }, attempt),
  );
  return operation.settle<PlacedOrder>((tx) =>
    settle(tx, operation.id, customerId, input.checkoutId, reserved, charged),
  );
}

async function reserve(
  tx: Tx,
  operationId: string,
  customerId: string,
  input: PlaceOrderInput,
): Promise<Reserved | Finished<PlacedOrder>> {
  const { checkoutId } = input;
  const checkout = await lockCheckout(tx, customerId, checkoutId);
  if (checkout === null) throw refusal('CHECKOUT_NOT_FOUND');
  if (checkout.version !== input.version) throw refusal('CHECKOUT_CHANGED');
  if (!isPaymentPrepared(checkout) || checkout.paymentIntentId === null)
    throw refusal('PAYMENT_NOT_PREPARED');

  const orderId = `ord_${operationId.slice('op_'.length)}`;
  const created = await createOrder(tx, operationId, orderId, checkout);
  if (!created) return orderOfAnotherKey(tx, customerId, checkout);

  const lines = await tx.checkoutLine.findMany({
    where: { checkoutId, customerId },
    omit: { checkoutId: true },
  });
  await tx.orderLine.createMany({ data: lines.map((line) => ({ ...line, orderId })) });
  await tx.payment.create({
    data: {
      paymentId: `pay_${operationId.slice('op_'.length)}`,
      customerId,
      orderId,
      status: 'pending',
      paymentIntentId: checkout.paymentIntentId,
      paymentMethod: input.paymentMethod,
      amountMinor: checkout.totalMinor,
      currency: checkout.currency,
      createdAt: new Date(),
    },
  });
  await reserveStock(tx, { operationId, customerId, orderId }, lines);
  return {
    orderId,
    intentId: checkout.paymentIntentId,
    totalMinor: checkout.totalMinor,
    currency: checkout.currency,
  };
}

/**
 * Inserts the order unless the checkout has one that lives: the intent guard, which holds whatever key a
 * request carries. `ON CONFLICT` names no index, so that the guard is the index and nothing else.
 */
async function createOrder(
  tx: Tx,
  operationId: string,
  orderId: string,
  checkout: CheckoutRow,
): Promise<boolean> {
  const { contact, address } = detailsOf(checkout);
  if (contact === null || address === null) throw refusal('CHECKOUT_INCOMPLETE');
  const { count } = await tx.order.createMany({
    data: {
      orderId,
      customerId: checkout.customerId,
      checkoutId: checkout.checkoutId,
      operationId,
      status: 'pending',
      email: contact.email,
      fullName: contact.fullName,
      addressLine1: address.line1,
      addressLine2: address.line2,
      city: address.city,
      postalCode: address.postalCode,
      country: address.country,
      delivery: checkout.delivery,
      subtotalMinor: checkout.subtotalMinor,
      deliveryMinor: checkout.deliveryMinor,
      totalMinor: checkout.totalMinor,
      currency: checkout.currency,
      createdAt: new Date(),
    },
    skipDuplicates: true,
  });
  return count === 1;
}

/** A new key for a checkout that is paid gets its order; for one whose payment is under way, that operation. */
async function orderOfAnotherKey(
  tx: Tx,
  customerId: string,
  checkout: CheckoutRow,
): Promise<Finished<PlacedOrder>> {
  const live = await findLiveOrder(tx, customerId, checkout.checkoutId);
  if (live === null) throw new Error('Bug: the intent guard refused an order, but none lives');
  if (live.status === 'pending') throw new AlreadyInProgress(live.operationId);
  return new Finished(placed({ ...live, totalMinor: checkout.totalMinor, currency: checkout.currency }));
}

async function settle(
  tx: Tx,
  operationId: string,
  customerId: string,
  checkoutId: string,
  reserved: Reserved,
  charged: Charge,
): Promise<PlacedOrder | Refusal> {
  const { orderId } = reserved;
  const settledAt = new Date();
  const where = { orderId_customerId: { orderId, customerId } };
  const checkout = { checkoutId_customerId: { checkoutId, customerId } };

  if (charged.kind !== 'succeeded') {
    const failureCode = charged.kind === 'cancelled' ? 'PAYMENT_CANCELLED' : charged.code;
    // The checkout first, as everywhere: locks are taken in one order.
    await tx.checkout.update({
      where: checkout,
      data: {
        // The key of this try replays its refusal for ever: the next try needs another.
        orderKey: await makeOrderKey(tx),
        // A cancelled intent can't be paid any more: the next try opens another.
        ...(charged.kind === 'cancelled' && { paymentIntentId: null, paymentMinor: null }),
        updatedAt: settledAt,
      },
    });
    await tx.order.update({ where: { ...where, status: 'pending' }, data: { status: 'failed', settledAt } });
    await tx.payment.update({
      where: { ...where, status: 'pending' },
      data: { status: 'failed', settledAt, failureCode },
    });
    await releaseReserved(tx, operationId);
    return refusal(failureCode);
  }

  await tx.checkout.update({ where: checkout, data: { status: 'completed', updatedAt: settledAt } });
  await tx.order.update({ where: { ...where, status: 'pending' }, data: { status: 'paid', settledAt } });
  await tx.payment.update({ where: { ...where, status: 'pending' }, data: { status: 'paid', settledAt } });
  await emptyCart(tx, customerId, orderId);
  const order = placed({ ...reserved, operationId });
  await tx.outboxMessage.create({
    data: {
      messageId: `msg_${operationId.slice('op_'.length)}`,
      customerId,
      operationId,
      topic: 'order.paid',
      payload: JSON.stringify(order),
      createdAt: settledAt,
    },
  });
  await sellReserved(tx, operationId);
  return order;
}

/** Takes what was bought out of the cart; what was added meanwhile stays. */
async function emptyCart(tx: Tx, customerId: string, orderId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM cart_line c USING order_line l
    WHERE c.customer_id = ${customerId} AND l.customer_id = c.customer_id AND l.order_id = ${orderId}
      AND l.sku = c.sku AND c.quantity <= l.quantity`;
  await tx.$executeRaw`
    UPDATE cart_line c SET quantity = c.quantity - l.quantity FROM order_line l
    WHERE c.customer_id = ${customerId} AND l.customer_id = c.customer_id AND l.order_id = ${orderId}
      AND l.sku = c.sku`;
}

function placed(order: {
  orderId: string;
  operationId: string;
  totalMinor: number;
  currency: string;
}): PlacedOrder {
  return {
    orderId: order.orderId,
    reference: orderReference(order.orderId),
    operationId: order.operationId,
    status: 'paid',
    totalMinor: order.totalMinor,
    currency: order.currency,
  };
}
