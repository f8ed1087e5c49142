import type { Tx } from '../../database/database.ts';
import { AlreadyInProgress, OutcomeUnknown, type RemoteAttempt } from '../../idempotency/index.ts';
import type { Payments } from '../../payments/payments.ts';
import { askProvider } from '../ask-provider.ts';

/** A charge that has to go back whole, since it belongs to no paid order. */
export interface Refund {
  readonly refundId: string;
  readonly customerId: string;
  readonly orderId: string;
  readonly operationId: string;
  readonly cause: 'late_success' | 'wrong_amount';
  readonly paymentIntentId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** What the provider said for certain. */
export interface PaidRefund {
  /** Null when it had all gone back before, by whomever. */
  readonly providerRefundId: string | null;
}

/**
 * Notes a refund as due, before anybody asks the provider for it. Unique indexes allow one for each order
 * and cause, and one for each PaymentIntent.
 * @throws AlreadyInProgress naming the operation that has it
 */
export async function openRefund(
  tx: Tx,
  due: Omit<Refund, 'refundId'> & { readonly operationKey: string | null },
): Promise<Refund> {
  const { customerId, orderId, operationId, cause, paymentIntentId, amountMinor, currency, operationKey } =
    due;
  const refundId = `rfd_${operationId.slice('op_'.length)}`;
  const refund: Refund = {
    refundId,
    customerId,
    orderId,
    operationId,
    cause,
    paymentIntentId,
    amountMinor,
    currency,
  };
  // `skipDuplicates` names no index, so that any of the unique ones stops a second refund.
  const { count } = await tx.refund.createMany({
    data: { ...refund, operationKey, status: 'due', createdAt: new Date() },
    skipDuplicates: true,
  });
  if (count === 1) return refund;
  const other = await tx.refund.findFirst({
    where: { customerId, OR: [{ paymentIntentId }, { orderId, cause }] },
    select: { operationId: true },
  });
  if (other === null) throw new Error('Bug: a unique index refused a refund, but there is none');
  throw new AlreadyInProgress(other.operationId);
}

/** Asks the provider to give it back. Same key, same refund: repeating it gives nothing twice. */
export function payRefund(
  payments: Payments,
  { paymentIntentId, amountMinor }: Refund,
  attempt: RemoteAttempt,
): Promise<PaidRefund> {
  return askProvider(attempt, async () => {
    const result = await payments.refund({
      intentId: paymentIntentId,
      amountMinor,
      idempotencyKey: attempt.key,
    });
    switch (result.kind) {
      case 'refunded':
        return { providerRefundId: result.refundId };
      case 'already_refunded':
        return { providerRefundId: null };
      case 'pending':
        throw new OutcomeUnknown('The provider hasn’t sent the refund off yet.');
      case 'failed':
        // Trying again changes nothing; it ends as `stuck`, where a person finds it.
        throw new Error(
          `The provider could not give back ${paymentIntentId}: refund ${result.refundId} failed`,
        );
    }
  });
}

/** The money is back. */
export async function settleRefund(tx: Tx, refund: Refund, paid: PaidRefund): Promise<void> {
  const { refundId, customerId, operationId } = refund;
  const settledAt = new Date();
  await tx.refund.update({
    where: { refundId_customerId: { refundId, customerId }, status: 'due' },
    data: { status: 'refunded', settledAt, providerRefundId: paid.providerRefundId },
  });
  await tx.outboxMessage.create({
    data: {
      messageId: `msg_${operationId.slice('op_'.length)}`,
      customerId,
      operationId,
      topic: 'order.refunded',
      payload: JSON.stringify(refund),
      createdAt: settledAt,
    },
  });
}
