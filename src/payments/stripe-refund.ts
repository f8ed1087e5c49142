import { z } from 'zod';
import { PaymentOutcomeUnknown } from './payment-errors.ts';

/** An object, or only its id: Stripe expands what it is asked to expand. */
const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

/** The fields of a Refund that decide about money. A status that Stripe may invent later is unknown, not guessed. */
const stripeRefund = z.object({
  object: z.literal('refund'),
  id: z.string(),
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']),
  amount: z.int(),
  currency: z.string(),
  payment_intent: reference,
});
export type StripeRefund = z.infer<typeof stripeRefund>;

/** @param intentId the intent whose charge was to be given back */
export function parseRefund(answer: unknown, intentId: string): StripeRefund {
  const parsed = stripeRefund.safeParse(answer);
  if (!parsed.success) throw unexpected('The answer is not a refund.', parsed.error);
  if (parsed.data.payment_intent !== intentId)
    throw unexpected(`The answer refunds ${parsed.data.payment_intent}, the question was about ${intentId}.`);
  return parsed.data;
}

function unexpected(message: string, cause?: unknown): PaymentOutcomeUnknown {
  return new PaymentOutcomeUnknown('unexpected_answer', message, { cause });
}
