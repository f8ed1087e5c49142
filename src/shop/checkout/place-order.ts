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
import { openRefund, payRefund, settleRefund, type Refund } from '../refunds/refund.ts';
import { refusal } from '../refusals.ts';
import { id } from '../text.ts';
import { charge, type Charge } from './charge.ts';
import { detailsOf, findLiveOrder, isPaymentPrepared, lockCheckout, type CheckoutRow } from './checkout.ts';
import { placed, settleFailed, settlePaid, type Sale } from './settle-order.ts';
import { reserveStock } from './stock.ts';

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
    'PAYMENT_REFUNDED',
    'BAD_PAYMENT_METHOD',
  ],
  retryAdvice: 'Send the same call with the same key until the answer is definite.',
  compensation:
    'A payment that can’t be completed is cancelled; a declined one releases its stock; a charge of another amount is refunded.',
} as const satisfies Policy;

type WrongAmount = Extract<Charge, { readonly kind: 'wrong-amount' }>;

interface Reserved {
  readonly orderId: string;
  readonly intentId: string;
  readonly totalMinor: number;
  readonly currency: string;
}

/**
 * Buys what a checkout holds: reserve and create the order, confirm the checkout's PaymentIntent, settle
 * order, payment, stock, message and answer in one commit.
 *
 * A charge of another amount turns the operation round: the charge is given back, and the order fails.
 */
export async function placeOrder(
  operation: Operation<Tx>,
  customerId: string,
  input: PlaceOrderInput,
  payments: Payments,
): Promise<PlacedOrder> {
  const { id: operationId } = operation;
  const reserved = await operation.transact<Reserved>('reserve', (tx) =>
    reserve(tx, operationId, customerId, input),
  );
  const charged = await operation.remote('charge', (attempt) =>
    charge(payments, { ...reserved, paymentMethod: input.paymentMethod }, attempt),
  );
  const sale = { ...reserved, operationId, customerId, checkoutId: input.checkoutId };
  if (charged.kind === 'wrong-amount') return undo(operation, sale, reserved.intentId, charged, payments);
  return operation.settle<PlacedOrder>((tx) => settle(tx, sale, charged));
}

function settle(tx: Tx, sale: Sale, charged: Exclude<Charge, WrongAmount>): Promise<PlacedOrder | Refusal> {
  switch (charged.kind) {
    case 'succeeded':
      return settlePaid(tx, sale);
    case 'declined':
      return settleFailed(tx, sale, charged.code);
    case 'cancelled':
      return settleFailed(tx, sale, 'PAYMENT_CANCELLED');
    default:
      return charged satisfies never;
  }
}

/** Gives back what was captured, and fails the order. Whoever resumes it comes here again: the charge's result is stored. */
async function undo(
  operation: Operation<Tx>,
  sale: Sale,
  paymentIntentId: string,
  { capturedMinor, capturedCurrency }: WrongAmount,
  payments: Payments,
): Promise<PlacedOrder> {
  const { totalMinor, currency } = sale;
  await operation.compensate(
    `${capturedMinor} ${capturedCurrency} were captured for an order of ${totalMinor} ${currency}`,
  );
  const refund = await operation.transact<Refund>('open-refund', (tx) =>
    openRefund(tx, {
      ...sale,
      cause: 'wrong_amount',
      paymentIntentId,
      amountMinor: capturedMinor,
      currency: capturedCurrency,
      operationKey: null,
    }),
  );
  const paid = await operation.remote('refund', (attempt) => payRefund(payments, refund, attempt));
  return operation.settle<PlacedOrder>(async (tx) => {
    await settleRefund(tx, refund, paid);
    return settleFailed(tx, sale, 'PAYMENT_REFUNDED');
  });
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
