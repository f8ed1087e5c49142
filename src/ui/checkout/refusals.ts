/** What the customer can do about a definite refusal. */
export type NextStep = 'another-card' | 'confirm-again' | 'details' | 'cart';

export interface Refusal {
  readonly title: string;
  readonly text: string;
  readonly next: NextStep;
}

/**
 * Definite refusals in the customer's words. Each is stored under its key at the server, so what it says
 * of money stays true; an error that is not definite never comes here.
 */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  CARD_DECLINED: {
    title: 'Your bank declined this card.',
    text: 'Nothing was charged. You can choose another card and pay with that.',
    next: 'another-card',
  },
  INSUFFICIENT_FUNDS: {
    title: 'There is not enough money on this card.',
    text: 'Nothing was charged. You can choose another card and pay with that.',
    next: 'another-card',
  },
  PAYMENT_CANCELLED: {
    title: 'The payment was cancelled.',
    text: 'Nothing was charged. You can choose a card and pay again.',
    next: 'another-card',
  },
  PAYMENT_REFUNDED: {
    title: 'The payment was given back.',
    text: 'Another amount than the total was charged, so all of it was given back; your bank may take a few days to show it. Nothing was bought. You can choose a card and pay again.',
    next: 'another-card',
  },
  OPERATION_CLOSED: {
    title: 'This payment was stopped before it began.',
    text: 'Nothing was charged. You can choose a card and pay when you are ready.',
    next: 'another-card',
  },
  PAYMENT_NOT_PREPARED: {
    title: 'The payment had to be set up again.',
    text: 'Nothing was charged. Please look at the total and confirm it once more.',
    next: 'confirm-again',
  },
  CHECKOUT_CHANGED: {
    title: 'Your cart has changed since you saw this total.',
    text: 'Nothing was charged. Please look at the new total and confirm it.',
    next: 'confirm-again',
  },
  CHECKOUT_INCOMPLETE: {
    title: 'Something is missing in your details.',
    text: 'Nothing was charged. Please complete your details and go on to the payment.',
    next: 'details',
  },
  OUT_OF_STOCK: {
    title: 'Someone was faster: there is not enough left of a piece in your cart.',
    text: 'Nothing was charged. Your cart shows which piece it is.',
    next: 'cart',
  },
  BAD_PAYMENT_METHOD: {
    title: 'The bank does not know this card.',
    text: 'Nothing was charged. You can choose another card and pay with that.',
    next: 'another-card',
  },
  UNAUTHENTICATED: {
    title: 'The shop does not recognise this browser any more.',
    text: 'This press of Pay charged nothing. Please look at your orders, then begin again from your cart.',
    next: 'cart',
  },
  IDEMPOTENCY_KEY_REUSED: {
    title: 'This payment got mixed up with another one.',
    text: 'This press of Pay charged nothing. Please look at your orders before you pay again.',
    next: 'cart',
  },
  CHECKOUT_NOT_FOUND: {
    title: 'This checkout is no longer there.',
    text: 'Nothing was charged. Please begin again from your cart.',
    next: 'cart',
  },
};

/**
 * What to say about a refusal. One that this page does not know (a newer server has more) is told in the
 * server's words, which also say what happened, whether anything was charged, and what to do.
 */
export function refusalText(code: string, told: { title: string; detail: string } | null): Refusal {
  return (
    REFUSALS[code] ?? {
      title: told === null || told.title === '' ? 'The payment was not accepted.' : told.title,
      text: told?.detail ?? '',
      next: 'another-card',
    }
  );
}
