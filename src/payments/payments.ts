export { PaymentOutcomeUnknown, PaymentsUnavailable } from './payment-errors.ts';

/** Whose intent it is, for whoever looks at the provider's dashboard. Closed: nothing private can slip in. */
export interface IntentMetadata {
  readonly checkoutId: string;
  /** Opaque; never a name or an address. */
  readonly customerReference: string;
}

export interface OpenIntent {
  /** In the currency's smallest unit. */
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly metadata: IntentMetadata;
  readonly idempotencyKey: string;
}

export interface ConfirmIntent {
  readonly intentId: string;
  readonly paymentMethod: string;
  readonly idempotencyKey: string;
}

export interface CancelIntent {
  readonly intentId: string;
  readonly idempotencyKey: string;
}

export interface RefundIntent {
  readonly intentId: string;
  /** In the currency's smallest unit; absent for all that is left of what was captured. */
  readonly amountMinor?: number | undefined;
  readonly idempotencyKey: string;
}

/** Why a card was refused, as far as it makes a difference to its owner. */
export type DeclineCode =
  | 'card_declined'
  | 'insufficient_funds'
  | 'expired_card'
  | 'incorrect_cvc'
  | 'authentication_required'
  /** The provider doesn't know this payment method. */
  | 'payment_method_unknown';

export interface Succeeded {
  readonly kind: 'succeeded';
  readonly chargeId: string;
  /** What was really captured, in the currency's smallest unit. */
  readonly amountMinor: number;
  readonly currency: string;
}

/** No money moved, and this card's attempt is over. The intent waits for another one. */
export interface Declined {
  readonly kind: 'declined';
  readonly code: DeclineCode;
}

/** No money moved, and none can any more. */
export interface Cancelled {
  readonly kind: 'cancelled';
}

export type ChargeResult = Succeeded | Declined | Cancelled;
export type CancelResult = Succeeded | Cancelled;

export type RefundResult =
  | {
      readonly kind: 'refunded';
      readonly refundId: string;
      readonly amountMinor: number;
      readonly currency: string;
    }
  /** Nothing is left to give back: it all went back before, by whomever. */
  | { readonly kind: 'already_refunded' }
  /** Accepted, and not on its way yet. Ask again with the same key. */
  | { readonly kind: 'pending' }
  /** It didn't get through, and with this key it never will. A person has to find another way. */
  | { readonly kind: 'failed'; readonly refundId: string };

export type IntentState =
  /** Not charged so far. A confirm may still be on its way: only `cancel` makes a no of it. */
  | { readonly kind: 'waiting'; readonly lastDecline: DeclineCode | null }
  /** At the bank; it ends as one of the others. */
  | { readonly kind: 'processing' }
  | Succeeded
  | Cancelled;

/**
 * What the shop needs of a payment provider. Charging takes two calls, so that the provider's object exists, and
 * its id is durable here, before anything can be captured: an unknown outcome can then always be settled by asking
 * for that id.
 *
 * Every method throws `PaymentOutcomeUnknown` or `PaymentsUnavailable`, and nothing else, where there is no plain
 * answer. None retries by itself: who calls has the durable record, and so decides.
 */
export interface Payments {
  /** Moves no money. Safe to repeat with the same key. */
  openIntent(intent: OpenIntent): Promise<{ readonly intentId: string }>;
  /** Charges. The same key always gives the same attempt; another card needs another key. */
  confirm(confirmation: ConfirmIntent): Promise<ChargeResult>;
  retrieve(intentId: string): Promise<IntentState>;
  /** Gives up. Succeeds only in one of two ways: it is cancelled for ever, or it turns out to be paid. */
  cancel(cancellation: CancelIntent): Promise<CancelResult>;
  /** Gives back. The same key gives back once; the provider never gives back more than was captured. */
  refund(refund: RefundIntent): Promise<RefundResult>;
}
