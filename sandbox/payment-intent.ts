import { z } from 'zod';
import { paymentMethodObject, type Decline, type TestCard } from './test-cards.ts';

/**
 * The part of Stripe's life cycle that a server-side confirm walks through:
 *
 * ```
 *                            ┌── declined ──┐
 *                            ▼              │
 *   create ──▶ requires_payment_method ── confirm ──▶ succeeded
 *                            │
 *                            └── cancel ──▶ canceled
 * ```
 */
export const intentStatus = z.enum(['requires_payment_method', 'succeeded', 'canceled']);

const lastPaymentError = z.object({
  type: z.literal('card_error'),
  code: z.string(),
  decline_code: z.string(),
  message: z.string(),
  charge: z.string(),
  payment_method: z.looseObject({}),
});
export type LastPaymentError = z.infer<typeof lastPaymentError>;

/** A text column that holds JSON. */
const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((text) => (typeof text === 'string' ? JSON.parse(text) : text), schema);

export const paymentIntentRow = z.object({
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  status: intentStatus,
  description: z.string().nullable(),
  metadata: json(z.record(z.string(), z.string())),
  payment_method_types: json(z.array(z.string())),
  /** `null` where automatic payment methods are off. */
  allow_redirects: z.string().nullable(),
  payment_method: z.string().nullable(),
  amount_received: z.int(),
  latest_charge: z.string().nullable(),
  last_payment_error: json(lastPaymentError.nullable()),
  canceled_at_ms: z.int().nullable(),
  cancellation_reason: z.string().nullable(),
  client_secret: z.string(),
  created_ms: z.int(),
});
export type PaymentIntent = z.infer<typeof paymentIntentRow>;

/** The intent as Stripe's API shows it: every field that the official SDK's type promises. */
export function paymentIntentObject(intent: PaymentIntent): object {
  return {
    id: intent.id,
    object: 'payment_intent',
    amount: intent.amount,
    amount_capturable: 0,
    amount_received: intent.amount_received,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods:
      intent.allow_redirects === null ? null : { allow_redirects: intent.allow_redirects, enabled: true },
    canceled_at: intent.canceled_at_ms === null ? null : inSeconds(intent.canceled_at_ms),
    cancellation_reason: intent.cancellation_reason,
    capture_method: 'automatic',
    client_secret: intent.client_secret,
    confirmation_method: 'automatic',
    created: inSeconds(intent.created_ms),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    last_payment_error: intent.last_payment_error,
    latest_charge: intent.latest_charge,
    livemode: false,
    metadata: intent.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: intent.payment_method,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: intent.payment_method_types,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: intent.status,
    transfer_data: null,
    transfer_group: null,
  };
}

/** What stays on the intent after a decline, and is repeated in the 402. */
export function lastPaymentErrorOf(
  decline: Decline,
  charge: string,
  paymentMethod: string,
  card: TestCard,
): LastPaymentError {
  return {
    type: 'card_error',
    code: decline.code,
    decline_code: decline.declineCode,
    message: decline.message,
    charge,
    payment_method: { ...paymentMethodObject(paymentMethod, card) },
  };
}

/** Stripe's own timestamps are whole seconds. */
export function inSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
