import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '../database/database.ts';
import { Engine, type Call, type EngineOptions, type Mutation, type Settled } from '../idempotency/index.ts';
import type { ChargeResult, ConfirmIntent, OpenIntent, Payments } from '../payments/payments.ts';
import { hit } from './hit.ts';
import { NaiveOperation, perform } from './naive-operation.ts';
import { PaymentsAround } from './payments-around.ts';
import type { Sabotage } from './sabotage.ts';

/**
 * Hazard 1: no idempotency at all, the control of every scenario. The same steps with nothing around
 * them: no key, no record, no fence, and a new provider key for every call.
 *
 * Hidden by the intent guard, whose index the harness drops.
 */
export const unprotected: Sabotage = {
  engine: (options, database) => new UnprotectedEngine(options, database),
  payments: (payments, database) => new UnprotectedPayments(payments, database),
};

class UnprotectedEngine extends Engine<Tx> {
  readonly #database: Database;

  constructor(options: EngineOptions<Tx>, database: Database) {
    super(options);
    this.#database = database;
  }

  override run(_call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    hit('unprotected');
    const id = this.ports.newOperationId();
    return perform(
      mutation,
      new NaiveOperation({ database: this.#database, id, remoteKey: () => randomUUID() }),
    );
  }
}

/**
 * Every order is charged by a payment of its own, under a new key, as in a shop that knows no retries.
 * The checkout's first order takes the intent that was opened for it. Confirming that one again would be
 * stopped by the provider, so every further order opens another.
 */
class UnprotectedPayments extends PaymentsAround {
  readonly #database: Database;

  constructor(payments: Payments, database: Database) {
    super(payments);
    this.#database = database;
  }

  override openIntent(intent: OpenIntent): Promise<{ readonly intentId: string }> {
    return this.payments.openIntent({ ...intent, idempotencyKey: randomUUID() });
  }

  override async confirm(confirmation: ConfirmIntent): Promise<ChargeResult> {
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
