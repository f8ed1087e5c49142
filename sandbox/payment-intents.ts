import type { z } from 'zod';
import { ApiError, resourceMissing, unexpectedState } from './api-error.ts';
import { newId, randomText } from './ids.ts';
import type { Ledger } from './ledger.ts';
import type { cancelIntentParams, createIntentParams, updateIntentParams } from './params.ts';
import {
  lastPaymentErrorOf,
  paymentIntentObject,
  paymentIntentRow,
  type LastPaymentError,
  type PaymentIntent,
} from './payment-intent.ts';
import { findTestCard, type Delivery, type TestCard } from './test-cards.ts';

/** A payment method that exists, with what its card does. */
export interface PresentedCard {
  readonly paymentMethod: string;
  readonly card: TestCard;
}

export interface Confirmed {
  readonly intent: PaymentIntent;
  readonly delivery: Delivery;
}

/**
 * Payment intents and the charges that confirming them makes.
 *
 * Every method runs inside the caller's transaction, so that an effect commits with the answer stored for it.
 */
export class PaymentIntents {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  find(id: string): PaymentIntent | undefined {
    const row = this.#ledger.db.prepare('SELECT * FROM payment_intent WHERE id = ?').get(id);
    return row === undefined ? undefined : paymentIntentRow.parse(row);
  }

  /** The intent named in the path, or Stripe's 404. */
  named(id: string): PaymentIntent {
    const intent = this.find(id);
    if (intent === undefined) throw resourceMissing('payment_intent', id, 'intent', 404);
    return intent;
  }

  create(params: z.output<typeof createIntentParams>): PaymentIntent {
    const id = newId('pi');
    const automatic = params.automatic_payment_methods;
    this.#ledger.db
      .prepare(
        `INSERT INTO payment_intent (id, amount, currency, status, description, metadata, payment_method_types,
                                     allow_redirects, amount_received, client_secret, created_ms)
         VALUES ($id, $amount, $currency, 'requires_payment_method', $description, $metadata, $types,
                 $allowRedirects, 0, $clientSecret, $createdMs)`,
      )
      .run({
        id,
        amount: params.amount,
        currency: params.currency,
        description: params.description ?? null,
        metadata: JSON.stringify(params.metadata),
        types: JSON.stringify(params.payment_method_types ?? ['card']),
        allowRedirects: automatic?.enabled === true ? (automatic.allow_redirects ?? 'always') : null,
        clientSecret: `${id}_secret_${randomText(25)}`,
        createdMs: Date.now(),
      });
    return this.named(id);
  }

  /** Changes the amount, which is what a confirm will then capture. */
  update(intent: PaymentIntent, { amount }: z.output<typeof updateIntentParams>): PaymentIntent {
    if (intent.status !== 'requires_payment_method') {
      throw unexpectedState(
        `This PaymentIntent's amount could not be updated because it has a status of ${intent.status}.`,
        paymentIntentObject(intent),
      );
    }
    this.#ledger.db.prepare('UPDATE payment_intent SET amount = ? WHERE id = ?').run(amount, intent.id);
    return this.named(intent.id);
  }

  /** Charges the card: the one place where money moves. A decline leaves its mark and throws the 402. */
  confirm(
    intent: PaymentIntent,
    presented: PresentedCard | undefined,
    idempotencyKey: string | null,
  ): Confirmed {
    if (intent.status !== 'requires_payment_method') throw notConfirmable(intent);
    if (presented === undefined) throw cardMissing(intent);
    const { card, paymentMethod } = presented;
    if (card.decline !== undefined) {
      const charge = this.#recordCharge(intent, paymentMethod, card.decline.code, idempotencyKey);
      const error = lastPaymentErrorOf(card.decline, charge, paymentMethod, card);
      throw new ApiError(402, {
        ...error,
        payment_intent: paymentIntentObject(this.#declined(intent, error)),
      });
    }
    const charge = this.#recordCharge(intent, paymentMethod, null, idempotencyKey);
    const charged = this.#succeeded(intent, paymentMethod, charge);
    if (card.breaks === true) {
      throw new ApiError(500, { type: 'api_error', message: 'An unknown error occurred.' });
    }
    return { intent: charged, delivery: card.delivery ?? 'prompt' };
  }

  cancel(intent: PaymentIntent, params: z.output<typeof cancelIntentParams>): PaymentIntent {
    if (intent.status !== 'requires_payment_method') {
      throw unexpectedState(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
        paymentIntentObject(intent),
      );
    }
    this.#ledger.db
      .prepare(
        `UPDATE payment_intent SET status = 'canceled', canceled_at_ms = $at, cancellation_reason = $reason
          WHERE id = $id`,
      )
      .run({ id: intent.id, at: Date.now(), reason: params.cancellation_reason ?? null });
    return this.named(intent.id);
  }

  #recordCharge(
    intent: PaymentIntent,
    paymentMethod: string,
    failureCode: string | null,
    idempotencyKey: string | null,
  ): string {
    const id = newId('ch');
    this.#ledger.db
      .prepare(
        `INSERT INTO charge (id, payment_intent, amount, currency, status, payment_method, failure_code,
                             idempotency_key, created_ms)
         VALUES ($id, $intent, $amount, $currency, $status, $paymentMethod, $failureCode, $key, $createdMs)`,
      )
      .run({
        id,
        intent: intent.id,
        amount: intent.amount,
        currency: intent.currency,
        status: failureCode === null ? 'succeeded' : 'failed',
        paymentMethod,
        failureCode,
        key: idempotencyKey,
        createdMs: Date.now(),
      });
    return id;
  }

  #succeeded(intent: PaymentIntent, paymentMethod: string, charge: string): PaymentIntent {
    this.#ledger.db
      .prepare(
        `UPDATE payment_intent
            SET status = 'succeeded', amount_received = amount, payment_method = $paymentMethod,
                latest_charge = $charge, last_payment_error = NULL
          WHERE id = $id`,
      )
      .run({ id: intent.id, paymentMethod, charge });
    return this.named(intent.id);
  }

  /** Back to waiting for a card: the declined one is detached, as at Stripe. */
  #declined(intent: PaymentIntent, error: LastPaymentError): PaymentIntent {
    this.#ledger.db
      .prepare(
        `UPDATE payment_intent SET payment_method = NULL, latest_charge = $charge, last_payment_error = $error
          WHERE id = $id`,
      )
      .run({ id: intent.id, charge: error.charge, error: JSON.stringify(error) });
    return this.named(intent.id);
  }
}

/** The card behind a token, or Stripe's 400: part of validation, so nothing is stored under the key. */
export function presentCard(paymentMethod: string): PresentedCard {
  const card = findTestCard(paymentMethod);
  if (card === undefined) throw resourceMissing('PaymentMethod', paymentMethod, 'payment_method', 400);
  return { paymentMethod, card };
}

function notConfirmable(intent: PaymentIntent): ApiError {
  return unexpectedState(
    `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
    paymentIntentObject(intent),
  );
}

function cardMissing(intent: PaymentIntent): ApiError {
  return unexpectedState(
    "You cannot confirm this PaymentIntent because it's missing a payment method.",
    paymentIntentObject(intent),
  );
}
