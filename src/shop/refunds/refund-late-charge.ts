import { z } from 'zod';
import type { Database, Tx } from '../../database/database.ts';
import type { Operation, Policy } from '../../idempotency/index.ts';
import { limits } from '../../limits.ts';
import type { Payments } from '../../payments/payments.ts';
import { lockCheckout } from '../checkout/checkout.ts';
import { refusal } from '../refusals.ts';
import { standingOf, type ChargeStanding } from './charge-standing.ts';
import { openRefund, payRefund, settleRefund, type Refund } from './refund.ts';

/** A charge that the provider shows for a payment that failed here. */
export const lateCharge = z.object({
  paymentId: z.string(),
  paymentIntentId: z.string(),
  amountMinor: z.number().int().positive(),
  currency: z.string(),
  /** The server-made key of this very operation, kept with the refund so that its record can be found. */
  operationKey: z.string(),
});
export type LateCharge = z.output<typeof lateCharge>;

export const REFUND_LATE_CHARGE = 'refunds.pay';

export const refundPolicy = {
  version: 1,
  windowBackMs: limits.keys.windowBackMs,
  windowAheadMs: limits.keys.windowAheadMs,
  leaseMs: limits.lease.leaseMs,
  renewalDeadlineMs: limits.lease.renewalDeadlineMs,
  joinMs: limits.joinMs,
  maxTries: limits.refunds.maxTries,
  backoffBaseMs: limits.refunds.backoffBaseMs,
  backoffCapMs: limits.refunds.backoffCapMs,
  storedRefusals: ['REFUND_NOT_DUE'],
  retryAdvice: 'Nobody calls this from outside: a worker begins it, and any worker finishes it.',
  compensation: 'None: it is a compensation itself.',
} as const satisfies Policy;

/**
 * Gives back a charge that came after its order had failed. No order is paid by it any more: the commit
 * that notes the refund also takes the PaymentIntent from the checkout, under the checkout's lock, so that
 * a try that is made meanwhile can't take the same charge for its own.
 */
export async function refundLateCharge(
  operation: Operation<Tx>,
  customerId: string,
  charge: LateCharge,
  payments: Payments,
): Promise<Refund> {
  const refund = await operation.transact<Refund>('open-refund', (tx) =>
    open(tx, operation.id, customerId, charge),
  );
  const paid = await operation.remote('refund', (attempt) => payRefund(payments, refund, attempt));
  return operation.settle(async (tx) => {
    await settleRefund(tx, refund, paid);
    return refund;
  });
}

async function open(tx: Tx, operationId: string, customerId: string, charge: LateCharge): Promise<Refund> {
  const { paymentId, paymentIntentId, amountMinor, currency, operationKey } = charge;
  const { orderId, order } = await tx.payment.findUniqueOrThrow({
    where: { paymentId_customerId: { paymentId, customerId } },
    select: { orderId: true, order: { select: { checkoutId: true } } },
  });
  const checkout = await lockCheckout(tx, customerId, order.checkoutId);
  if (checkout === null) throw new Error(`Bug: checkout ${order.checkoutId} is gone`);
  // Looked at again under the lock, where no order of this checkout can begin or end.
  if ((await standingOfCharge(tx, customerId, charge)) !== 'nobodys') throw refusal('REFUND_NOT_DUE');

  if (checkout.paymentIntentId === paymentIntentId)
    await tx.checkout.update({
      where: { checkoutId_customerId: { checkoutId: checkout.checkoutId, customerId } },
      data: { paymentIntentId: null, paymentMinor: null },
    });
  // From here on the operation has it: nobody needs to look any more.
  await tx.payment.updateMany({
    where: { customerId, paymentIntentId, status: 'failed' },
    data: { nextCheckAt: null },
  });
  return openRefund(tx, {
    customerId,
    orderId,
    operationId,
    cause: 'late_success',
    paymentIntentId,
    amountMinor,
    currency,
    operationKey,
  });
}

/** Whose the charge of a PaymentIntent is, as of now. */
export async function standingOfCharge(
  database: Database | Tx,
  customerId: string,
  charge: Pick<LateCharge, 'paymentIntentId' | 'amountMinor' | 'currency'>,
): Promise<ChargeStanding> {
  const { paymentIntentId } = charge;
  const payments = await database.payment.findMany({
    where: { customerId, paymentIntentId },
    select: { status: true, amountMinor: true, currency: true },
  });
  const refunds = await database.refund.count({ where: { customerId, paymentIntentId } });
  return standingOf(charge, payments, refunds > 0);
}
