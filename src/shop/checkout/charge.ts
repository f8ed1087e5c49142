import { OutcomeUnknown, TemporarilyUnavailable, type RemoteAttempt } from '../../idempotency/index.ts';
import {
  PaymentOutcomeUnknown,
  PaymentsUnavailable,
  type ChargeResult,
  type DeclineCode,
  type Payments,
} from '../../payments/payments.ts';
import type { RefusalCode } from '../refusals.ts';

/** How a charge ended, for certain. */
export type Charge =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'declined';
      readonly code: RefusalCode & ('CARD_DECLINED' | 'INSUFFICIENT_FUNDS' | 'BAD_PAYMENT_METHOD');
    }
  | { readonly kind: 'cancelled' };

/** After so many takeovers without an answer the payment is cancelled rather than confirmed again. */
const GIVE_UP_AFTER_TRIES = 12;

/**
 * Confirms the PaymentIntent, or finds out what an earlier confirmation has come to.
 *
 * After an unknown outcome the intent itself is asked. Only if it still waits is it confirmed again, with
 * the same key: the first request may still be on its way, and then the provider sees the repeat. 'Not
 * charged' is never inferred from not finding a charge; to give up, the intent is cancelled, and what the
 * provider says then is final.
 */
export async function charge(
  payments: Payments,
  { intentId, paymentMethod, totalMinor }: { intentId: string; paymentMethod: string; totalMinor: number },
  attempt: RemoteAttempt,
): Promise<Charge> {
  try {
    if (attempt.repeated) {
      const intent = await payments.retrieve(intentId);
      if (intent.kind === 'succeeded' || intent.kind === 'cancelled') return chargeOf(intent, totalMinor);
      if (intent.kind === 'processing')
        throw new OutcomeUnknown('The provider is still processing the payment.');
      if (attempt.tries >= GIVE_UP_AFTER_TRIES) {
        return chargeOf(
          await payments.cancel({ intentId, idempotencyKey: `${attempt.key}:cancel` }),
          totalMinor,
        );
      }
    }
    return chargeOf(
      await payments.confirm({ intentId, paymentMethod, idempotencyKey: attempt.key }),
      totalMinor,
    );
  } catch (error) {
    if (PaymentOutcomeUnknown.is(error))
      throw new OutcomeUnknown('The provider’s answer is missing.', { cause: error });
    if (PaymentsUnavailable.is(error)) {
      // Surely not sent this time; but an earlier holder's request may have arrived.
      if (attempt.repeated) throw new OutcomeUnknown('The provider can’t be asked now.', { cause: error });
      throw new TemporarilyUnavailable('The payment provider can’t be reached.', { cause: error });
    }
    throw error;
  }
}

function chargeOf(result: ChargeResult, totalMinor: number): Charge {
  switch (result.kind) {
    case 'succeeded':
      // An order must never be called paid for another amount than was taken. A person has to look.
      if (result.amountMinor !== totalMinor)
        throw new Error(`Bug: ${result.amountMinor} was captured for an order of ${totalMinor}`);
      return { kind: 'succeeded' };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'declined':
      return { kind: 'declined', code: declineCode(result.code) };
  }
}

function declineCode(code: DeclineCode): Extract<Charge, { kind: 'declined' }>['code'] {
  switch (code) {
    case 'insufficient_funds':
      return 'INSUFFICIENT_FUNDS';
    case 'payment_method_unknown':
      return 'BAD_PAYMENT_METHOD';
    case 'card_declined':
    case 'expired_card':
    case 'incorrect_cvc':
    case 'authentication_required':
      return 'CARD_DECLINED';
  }
}
