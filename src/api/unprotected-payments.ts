import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Payments } from '../payments/payments.ts';

/**
 * The control's payments: every order is charged by a payment of its own, under a new key, as in a shop
 * that knows no retries. The checkout's first order takes the intent that was opened for it. Confirming
 * that one again would be stopped by the provider, so every further order opens another. It exists in
 * the control build only.
 */
export function unprotectedPayments(payments: Payments, database: Database): Payments {
  return {
    openIntent: (intent) => payments.openIntent({ ...intent, idempotencyKey: randomUUID() }),
    async confirm(confirmation) {
      const attempts = await database.payment.findMany({
        where: { paymentIntentId: confirmation.intentId },
        select: { amountMinor: true, currency: true, customerId: true },
      });
      const idempotencyKey = randomUUID();
      const [first, ...further] = attempts;
      if (first === undefined || further.length === 0)
        return payments.confirm({ ...confirmation, idempotencyKey });
      const { intentId } = await payments.openIntent({
        amountMinor: first.amountMinor,
        currency: first.currency,
        metadata: { checkoutId: 'control', customerReference: first.customerId },
        idempotencyKey: randomUUID(),
      });
      return payments.confirm({ ...confirmation, intentId, idempotencyKey });
    },
    retrieve: (intentId) => payments.retrieve(intentId),
    cancel: (cancellation) => payments.cancel(cancellation),
    refund: (refund) => payments.refund({ ...refund, idempotencyKey: randomUUID() }),
  };
}
