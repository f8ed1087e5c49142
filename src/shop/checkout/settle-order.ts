import type { Tx } from '../../database/database.ts';
import type { Refusal } from '../../idempotency/index.ts';
import { limits } from '../../limits.ts';
import type { PlacedOrder } from '../answers/placed-order.ts';
import { orderReference } from '../orders/order-reference.ts';
import { refusal, type RefusalCode } from '../refusals.ts';
import { makeServerKey } from '../server-key.ts';
import { releaseReserved, sellReserved } from './stock.ts';

/** An order whose payment has come to its end, with all that ends with it. */
export interface Sale {
  readonly operationId: string;
  readonly customerId: string;
  readonly checkoutId: string;
  readonly orderId: string;
  readonly totalMinor: number;
  readonly currency: string;
}

/** Why an order wasn't paid. */
export type Failure = RefusalCode &
  ('CARD_DECLINED' | 'INSUFFICIENT_FUNDS' | 'BAD_PAYMENT_METHOD' | 'PAYMENT_CANCELLED' | 'PAYMENT_REFUNDED');

/** Order, payment, checkout, cart, message and stock go together, in this order of locks. */
export async function settlePaid(tx: Tx, sale: Sale): Promise<PlacedOrder> {
  const { operationId, customerId, checkoutId, orderId } = sale;
  const settledAt = new Date();
  const where = { orderId_customerId: { orderId, customerId }, status: 'pending' };
  const data = { status: 'paid', settledAt };
  await tx.checkout.update({
    where: { checkoutId_customerId: { checkoutId, customerId } },
    data: { status: 'completed', updatedAt: settledAt },
  });
  await tx.order.update({ where, data });
  await tx.payment.update({ where, data });
  await emptyCart(tx, customerId, orderId);
  const order = placed(sale);
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

/** Fails the order, gives back the stock, and frees the checkout for another try. Returns what the caller is told. */
export async function settleFailed(tx: Tx, sale: Sale, failureCode: Failure): Promise<Refusal> {
  const { operationId, customerId, checkoutId, orderId } = sale;
  const settledAt = new Date();
  const where = { orderId_customerId: { orderId, customerId }, status: 'pending' };
  const intentIsOver = failureCode === 'PAYMENT_CANCELLED' || failureCode === 'PAYMENT_REFUNDED';
  await tx.checkout.update({
    where: { checkoutId_customerId: { checkoutId, customerId } },
    data: {
      // The key of this try replays its refusal for ever: the next try needs another.
      orderKey: await makeServerKey(tx),
      // Nothing can be paid by this intent any more: the next try opens another.
      ...(intentIsOver && { paymentIntentId: null, paymentMinor: null }),
      updatedAt: settledAt,
    },
  });
  await tx.order.update({ where, data: { status: 'failed', settledAt } });
  await tx.payment.update({
    where,
    data: {
      status: 'failed',
      settledAt,
      failureCode,
      // An intent that waits for another card may yet be charged by a request that is still on its way.
      nextCheckAt: intentIsOver ? null : new Date(settledAt.getTime() + limits.lateCharges.minPauseMs),
    },
  });
  await releaseReserved(tx, operationId);
  return refusal(failureCode);
}

export function placed(order: Omit<Sale, 'customerId' | 'checkoutId'>): PlacedOrder {
  return {
    orderId: order.orderId,
    reference: orderReference(order.orderId),
    operationId: order.operationId,
    status: 'paid',
    totalMinor: order.totalMinor,
    currency: order.currency,
  };
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
