import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import type { ChargeResult, ConfirmIntent, IntentState, Payments } from '../../payments/payments.ts';
import { PaymentsAround } from '../around/payments-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 24: the provider is called without a stable key, and each try to charge is a payment of its own, as
 * the first page of many a tutorial has it. What a lost answer was about can't be asked, since nobody has
 * kept its name; the retry charges again.
 *
 * Nothing hides it.
 */
export const chargeWithoutKey: Sabotage = {
  payments: (payments, database) => new ChargeWithoutKey(payments, database),
};

class ChargeWithoutKey extends PaymentsAround {
  readonly #database: Database;
  /** Intents that this process has tried before, or knows that another one has. */
  readonly #tried = new Set<string>();

  constructor(payments: Payments, database: Database) {
    super(payments);
    this.#database = database;
  }

  override async confirm(confirmation: ConfirmIntent): Promise<ChargeResult> {
    hit('charge-without-key');
    const isFirst = await this.#isFirst(confirmation.intentId);
    const intentId = isFirst ? confirmation.intentId : await this.#newIntent(confirmation.intentId);
    return this.payments.confirm({ ...confirmation, intentId, idempotencyKey: randomUUID() });
  }

  /** Only asked after a first try. It could tell what became of that, if anybody had kept its name. */
  override retrieve(intentId: string): Promise<IntentState> {
    this.#tried.add(intentId);
    return Promise.resolve({ kind: 'waiting', lastDecline: null });
  }

  /** The first try takes the intent that the checkout has: one of its own there was before anybody could pay. */
  async #isFirst(intentId: string): Promise<boolean> {
    if (this.#tried.has(intentId)) return false;
    this.#tried.add(intentId);
    return (await this.#database.payment.count({ where: { paymentIntentId: intentId } })) === 1;
  }

  /** In the place of the checkout's own, for whatever order of it waits for its payment. */
  async #newIntent(ofCheckout: string): Promise<string> {
    const checkout = await this.#database.checkout.findFirst({ where: { paymentIntentId: ofCheckout } });
    const payment = await this.#database.payment.findFirst({
      where: { status: 'pending', order: { checkoutId: checkout?.checkoutId ?? '' } },
      orderBy: { createdAt: 'desc' },
    });
    if (payment === null) throw new Error('There is nothing to pay.');
    const { paymentId, customerId, amountMinor, currency } = payment;
    const { intentId } = await this.payments.openIntent({
      amountMinor,
      currency,
      metadata: { checkoutId: 'none', customerReference: customerId },
      idempotencyKey: randomUUID(),
    });
    await this.#database.payment.updateMany({
      where: { paymentId, customerId },
      data: { paymentIntentId: intentId },
    });
    return intentId;
  }
}
