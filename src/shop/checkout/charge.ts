import { OutcomeUnknown, type RemoteAttempt } from '../../idempotency/index.ts';
import type { ChargeResult, DeclineCode, Payments } from '../../payments/payments.ts';
import { askProvider } from '../ask-provider.ts';
import type { RefusalCode } from '../refusals.ts';

/** How a charge ended, for certain. */
export type Charge =
  | { readonly kind: 'succeeded' }
  /** Something was captured, and it isn't the order's total: the order must never be called paid. */
  | { readonly kind: 'wrong-amount'; readonly capturedMinor: number; readonly capturedCurrency: string }
  | {
      readonly kind: 'declined';
      readonly code: RefusalCode & ('CARD_DECLINED' | 'INSUFFICIENT_FUNDS' | 'BAD_PAYMENT_METHOD');
    }
  | { readonly kind: 'cancelled' };

export interface ToCharge {
  readonly intentId: string;
  readonly paymentMethod: string;
  readonly totalMinor: number;
  readonly currency: string;
}

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
export function charge(payments: Payments, order: ToCharge, attempt: RemoteAttempt): Promise<Charge> {
  const { intentId, paymentMethod } = order;
  return askProvider(attempt, async () => {
    if (attempt.repeated) {
      const intent = await payments.retrieve(intentId);
      if (intent.kind === 'succeeded' || intent.kind === 'cancelled') return chargeOf(intent, order);
      if (intent.kind === 'processing')
        throw new OutcomeUnknown('The provider is still processing the payment.');
      if (attempt.tries >= GIVE_UP_AFTER_TRIES)
        return chargeOf(await payments.cancel({ intentId, idempotencyKey: `${attempt.key}:cancel` }), order);
    }
    return chargeOf(await payments.confirm({ intentId, paymentMethod, idempotencyKey: attempt.key }), order);
  });
}

function chargeOf(result: ChargeResult, { totalMinor, currency }: ToCharge): Charge {
  switch (result.kind) {
    case 'succeeded':
      if (result.amountMinor === totalMinor && result.currency === currency) return { kind: 'succeeded' };
      return {
        kind: 'wrong-amount',
        capturedMinor: result.amountMinor,
        capturedCurrency: result.currency,
      };
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
