import { Stripe } from 'stripe';
import { ExchangeFailed } from './one-shot-http-client.ts';
import { PaymentOutcomeUnknown, PaymentsUnavailable, type UnknownReason } from './payment-errors.ts';
import type { DeclineCode } from './payments.ts';
import { declineCodeOf, parseIntent, type StripeIntent } from './stripe-intent.ts';

/** The refusals that are an answer. */
export type Refusal =
  | { readonly kind: 'declined'; readonly code: DeclineCode }
  /** The call doesn't fit the intent's state; the intent, as it is, comes with the refusal. */
  | { readonly kind: 'wrong_state'; readonly intent: StripeIntent }
  /** Of a refund: nothing is left to give back. */
  | { readonly kind: 'already_refunded' };

/**
 * Reads what the SDK threw. Returns an answer, or throws one of the port's two errors.
 *
 * | what came | read as |
 * |---|---|
 * | no connection | unavailable: nothing was sent |
 * | 401, 403 | unavailable: turned away before any endpoint |
 * | 402 `card_error`, and its intent isn't paid | declined |
 * | 400 `resource_missing` of the payment method | declined: refused before execution |
 * | 400 `payment_intent_unexpected_state` | the intent in the error tells |
 * | 400 `charge_already_refunded` | already refunded |
 * | timeout, broken connection, half an answer | unknown |
 * | 409, 429, 5xx, `idempotency_error`, anything else | unknown |
 */
export function readRefusal(error: unknown, intentId: string | null): Refusal {
  if (PaymentOutcomeUnknown.is(error)) throw error;
  if (error instanceof Stripe.errors.StripeConnectionError) throw connectionFailure(error);
  if (!(error instanceof Stripe.errors.StripeError)) throw unknown('unexpected_answer', error);
  if (error.statusCode === 401 || error.statusCode === 403) {
    throw new PaymentsUnavailable('The provider refused our credentials.', { cause: error });
  }
  if (error.rawType === 'card_error' && error.statusCode === 402) return readDecline(error, intentId);
  if (error.code === 'resource_missing' && error.param === 'payment_method') {
    return { kind: 'declined', code: 'payment_method_unknown' };
  }
  if (error.code === 'payment_intent_unexpected_state' && error.payment_intent !== undefined) {
    return { kind: 'wrong_state', intent: parseIntent(error.payment_intent, intentId) };
  }
  if (error.code === 'charge_already_refunded') return { kind: 'already_refunded' };
  throw unknown(reasonOf(error), error);
}

/** A no must be a no from both sides: where the error says 'declined' and its intent 'paid', nobody knows. */
function readDecline(error: Stripe.errors.StripeError, intentId: string | null): Refusal {
  if (error.payment_intent !== undefined) {
    const { status } = parseIntent(error.payment_intent, intentId);
    if (status === 'succeeded' || status === 'processing' || status === 'requires_capture') {
      throw unknown('unexpected_answer', error);
    }
  }
  return { kind: 'declined', code: declineCodeOf(error) };
}

function connectionFailure(error: Stripe.errors.StripeConnectionError): Error {
  const failure: unknown = error.detail;
  if (!(failure instanceof ExchangeFailed)) return unknown('connection_broken', error);
  if (!failure.sent) return new PaymentsUnavailable(failure.message, { cause: failure });
  return new PaymentOutcomeUnknown(failure.timedOut ? 'timeout' : 'connection_broken', failure.message, {
    cause: failure,
  });
}

function reasonOf(error: Stripe.errors.StripeError): UnknownReason {
  const { statusCode } = error;
  if (statusCode === undefined) return 'unexpected_answer';
  if (statusCode === 409) return 'key_in_use';
  if (statusCode === 429) return 'rate_limited';
  if (statusCode >= 500) return 'server_error';
  return error.rawType === 'idempotency_error' ? 'key_reused' : 'refused_request';
}

function unknown(reason: UnknownReason, cause: unknown): PaymentOutcomeUnknown {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new PaymentOutcomeUnknown(reason, `The provider's answer settles nothing (${reason}): ${said}`, {
    cause,
  });
}
