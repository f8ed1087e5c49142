import { z } from 'zod';
import { PaymentOutcomeUnknown } from './payment-errors.ts';
import type { DeclineCode, Succeeded } from './payments.ts';

/**
 * The fields of a PaymentIntent that decide about money. The SDK's types are a promise, not a check: it returns
 * whatever JSON came without an `error` in it. A status that Stripe may invent later fails here, and is then
 * unknown rather than guessed.
 */
const stripeIntent = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.enum([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'succeeded',
    'canceled',
  ]),
  amount_received: z.int(),
  currency: z.string(),
  latest_charge: z
    .union([z.string(), z.object({ id: z.string() }).transform((charge) => charge.id)])
    .nullable(),
  last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullable(),
});
export type StripeIntent = z.infer<typeof stripeIntent>;

/** @param intentId the intent that was asked for; `null` where the answer makes a new one. */
export function parseIntent(answer: unknown, intentId: string | null): StripeIntent {
  const parsed = stripeIntent.safeParse(answer);
  if (!parsed.success) throw unexpected('The answer is not a payment intent.', parsed.error);
  if (intentId !== null && parsed.data.id !== intentId) {
    throw unexpected(`The answer is about ${parsed.data.id}, the question was about ${intentId}.`);
  }
  return parsed.data;
}

/** The part of an intent that says 'paid'. */
export function succeededOf(intent: StripeIntent): Succeeded {
  if (intent.latest_charge === null) throw unexpected(`${intent.id} succeeded without a charge.`);
  return {
    kind: 'succeeded',
    chargeId: intent.latest_charge,
    amountMinor: intent.amount_received,
    currency: intent.currency.toUpperCase(),
  };
}

/**
 * Stripe has dozens of decline codes. Customers are told apart those that they can do something about; all others,
 * `fraudulent` not least, are a plain decline.
 *
 * @see https://docs.stripe.com/declines/codes
 */
export function declineCodeOf(error: {
  readonly code?: string | null | undefined;
  readonly decline_code?: string | null | undefined;
}): DeclineCode {
  const code = error.code === 'card_declined' ? error.decline_code : error.code;
  switch (code) {
    case 'insufficient_funds':
    case 'expired_card':
    case 'incorrect_cvc':
    case 'authentication_required':
      return code;
    default:
      return 'card_declined';
  }
}

function unexpected(message: string, cause?: unknown): PaymentOutcomeUnknown {
  return new PaymentOutcomeUnknown('unexpected_answer', message, { cause });
}
