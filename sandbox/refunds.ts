import { z } from 'zod';
import { invalidRequest, resourceMissing } from './api-error.ts';
import { newId } from './ids.ts';
import type { Ledger } from './ledger.ts';
import type { createRefundParams } from './params.ts';
import { inSeconds } from './payment-intent.ts';

const refundRow = z.object({
  id: z.string(),
  charge: z.string(),
  payment_intent: z.string(),
  amount: z.int(),
  currency: z.string(),
  reason: z.string().nullable(),
  metadata: z.string(),
  created_ms: z.int(),
});
export type Refund = z.infer<typeof refundRow>;

const refundableRow = z.object({
  id: z.string(),
  payment_intent: z.string(),
  currency: z.string(),
  amount: z.int(),
  refunded: z.int(),
});
/** A charge that succeeded, and how much of it has gone back already. */
export type Refundable = z.infer<typeof refundableRow>;

/** Refunds, bounded by what was captured. Runs inside the caller's transaction, as payment intents do. */
export class Refunds {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  named(id: string): Refund {
    const row = this.#ledger.db.prepare('SELECT * FROM refund WHERE id = ?').get(id);
    if (row === undefined) throw resourceMissing('refund', id, 'refund', 404);
    return refundRow.parse(row);
  }

  /** The charge that the parameters name, directly or by its intent. */
  refundable(params: z.output<typeof createRefundParams>): Refundable {
    const row = this.#ledger.db
      .prepare(
        `SELECT charge.id, charge.payment_intent, charge.currency, charge.amount,
                (SELECT coalesce(sum(amount), 0) FROM refund WHERE refund.charge = charge.id) AS refunded
           FROM charge
          WHERE charge.status = 'succeeded' AND (charge.id = $charge OR charge.payment_intent = $intent)
          ORDER BY charge.created_ms DESC
          LIMIT 1`,
      )
      .get({ charge: params.charge ?? null, intent: params.payment_intent ?? null });
    if (row !== undefined) return refundableRow.parse(row);
    if (params.charge !== undefined) throw resourceMissing('charge', params.charge, 'charge', 400);
    const intent = params.payment_intent ?? '';
    const known = this.#ledger.db.prepare('SELECT 1 FROM payment_intent WHERE id = ?').get(intent);
    if (known === undefined) throw resourceMissing('payment_intent', intent, 'payment_intent', 400);
    throw invalidRequest(`This PaymentIntent (${intent}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  }

  create(
    charge: Refundable,
    params: z.output<typeof createRefundParams>,
    idempotencyKey: string | null,
  ): Refund {
    const left = charge.amount - charge.refunded;
    if (left === 0) {
      throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
        code: 'charge_already_refunded',
      });
    }
    const amount = params.amount ?? left;
    if (amount > left) {
      throw invalidRequest(
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`,
        {
          param: 'amount',
        },
      );
    }
    const id = newId('re');
    this.#ledger.db
      .prepare(
        `INSERT INTO refund (id, charge, payment_intent, amount, currency, reason, metadata, idempotency_key,
                             created_ms)
         VALUES ($id, $charge, $intent, $amount, $currency, $reason, $metadata, $key, $createdMs)`,
      )
      .run({
        id,
        charge: charge.id,
        intent: charge.payment_intent,
        amount,
        currency: charge.currency,
        reason: params.reason ?? null,
        metadata: JSON.stringify(params.metadata),
        key: idempotencyKey,
        createdMs: Date.now(),
      });
    return this.named(id);
  }
}

/** The refund as Stripe's API shows it. */
export function refundObject(refund: Refund): object {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    balance_transaction: null,
    charge: refund.charge,
    created: inSeconds(refund.created_ms),
    currency: refund.currency,
    metadata: JSON.parse(refund.metadata),
    payment_intent: refund.payment_intent,
    reason: refund.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}
