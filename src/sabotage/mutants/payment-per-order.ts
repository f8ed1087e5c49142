import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import type { ChargeResult, ConfirmIntent, OpenIntent, Payments } from '../../payments/payments.ts';
import { PaymentsAround } from '../around/payments-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * No bug by itself, but a layer taken off: the provider no longer knows one order of a checkout from the
 * next. Every order is charged by a payment of its own, under a new key, as in a shop that knows no retries.
 *
 * The checkout's first order takes the intent that was opened for it; that one confirmed again would be
 * stopped by the provider, so every further order opens another.
 */
export const paymentPerOrder: Sabotage = {
  payments: (payments, database) => new PaymentPerOrder(payments, database),
};

class PaymentPerOrder extends PaymentsAround {
  readonly #database: Database;

  constructor(payments: Payments, database: Database) {
    super(payments);
    this.#database = database;
  }

  override openIntent(intent: OpenIntent): Promise<{ readonly intentId: string }> {
    return this.payments.openIntent({ ...intent, idempotencyKey: randomUUID() });
  }

  override async confirm(confirmation: ConfirmIntent): Promise<ChargeResult> {
    hit('payment-per-order');
    const orders = await this.#database.payment.findMany({
      where: { paymentIntentId: confirmation.intentId },
      select: { amountMinor: true, currency: true, customerId: true },
    });
    const idempotencyKey = randomUUID();
    const [first, ...further] = orders;
    if (first === undefined || further.length === 0)
      return this.payments.confirm({ ...confirmation, idempotencyKey });
    const { intentId } = await this.payments.openIntent({
      amountMinor: first.amountMinor,
      currency: first.currency,
      metadata: { checkoutId: 'unprotected', customerReference: first.customerId },
      idempotencyKey: randomUUID(),
    });
    return this.payments.confirm({ ...confirmation, intentId, idempotencyKey });
  }
}
