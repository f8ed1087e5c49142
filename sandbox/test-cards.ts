/** How the answer comes back once the charge is committed. */
export type Delivery = 'prompt' | 'late' | 'never';

export interface Decline {
  readonly code: string;
  readonly declineCode: string;
  readonly message: string;
}

export interface TestCard {
  readonly token: string;
  readonly brand: 'visa' | 'mastercard';
  readonly last4: string;
  readonly does: string;
  readonly decline?: Decline;
  readonly delivery?: Delivery;
  /** The charge is made, and then the provider fails: a 500, stored under the key like any other answer. */
  readonly breaks?: true;
}

/**
 * The cards that the sandbox knows. The first five are Stripe's own test payment methods; the last three exist
 * only here, since Stripe offers no way to lose an answer on purpose.
 *
 * @see https://docs.stripe.com/testing
 */
export const TEST_CARDS: readonly TestCard[] = [
  { token: 'pm_card_visa', brand: 'visa', last4: '4242', does: 'succeeds' },
  { token: 'pm_card_mastercard', brand: 'mastercard', last4: '4444', does: 'succeeds' },
  {
    token: 'pm_card_chargeDeclined',
    brand: 'visa',
    last4: '0002',
    does: '402 `card_declined` / `generic_decline`',
    decline: {
      code: 'card_declined',
      declineCode: 'generic_decline',
      message: 'Your card was declined.',
    },
  },
  {
    token: 'pm_card_chargeDeclinedInsufficientFunds',
    brand: 'visa',
    last4: '9995',
    does: '402 `card_declined` / `insufficient_funds`',
    decline: {
      code: 'card_declined',
      declineCode: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
    },
  },
  {
    token: 'pm_card_authenticationRequired',
    brand: 'visa',
    last4: '3184',
    does: '402 `authentication_required`: nobody is there to authenticate',
    decline: {
      code: 'authentication_required',
      declineCode: 'authentication_required',
      message: 'Your card was declined. This transaction requires authentication.',
    },
  },
  {
    token: 'pm_card_slow',
    brand: 'visa',
    last4: '0077',
    does: 'charges at once, answers after `SANDBOX_SLOW_MS`; until then its key is in use',
    delivery: 'late',
  },
  {
    token: 'pm_card_neverAnswers',
    brand: 'visa',
    last4: '0078',
    does: 'charges at once, never answers; nor does a replay',
    delivery: 'never',
  },
  {
    token: 'pm_card_serverError',
    brand: 'visa',
    last4: '0079',
    does: 'charges, then answers 500, stored under the key',
    breaks: true,
  },
];

const byToken = new Map(TEST_CARDS.map((card) => [card.token, card]));

/**
 * The card that a payment method names. `pm_card_visa_ab12cd` is `pm_card_visa`: the nonce lets whoever watches
 * the ledger tell its own charges from all others.
 */
export function findTestCard(paymentMethod: string): TestCard | undefined {
  const match = /^(pm_card_[A-Za-z0-9]+)(?:_[A-Za-z0-9_]+)?$/.exec(paymentMethod);
  return match?.[1] === undefined ? undefined : byToken.get(match[1]);
}

/** The payment method as Stripe expands it inside an error. */
export function paymentMethodObject(paymentMethod: string, card: TestCard): object {
  return {
    id: paymentMethod,
    object: 'payment_method',
    card: { brand: card.brand, exp_month: 12, exp_year: 2034, funding: 'credit', last4: card.last4 },
    livemode: false,
    type: 'card',
  };
}
