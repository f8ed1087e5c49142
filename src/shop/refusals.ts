import { Refusal } from '../idempotency/index.ts';

/** Every 'no' of the shop: what happened, whether anything was charged, what to do. */
export const refusalTable = {
  NOT_FOUND: { status: 404, title: 'Not found', detail: 'There is no such thing here.' },
  EMPTY_CART: { status: 409, title: 'Empty cart', detail: 'The cart is empty. Add something first.' },
  ORDER_PENDING: {
    status: 409,
    title: 'Payment under way',
    detail: 'A payment for this checkout is under way, so it can’t be changed now. Wait for its outcome.',
  },
  CHECKOUT_NOT_FOUND: {
    status: 404,
    title: 'Checkout not found',
    detail: 'There is no such checkout. Nothing was charged. Start again from the cart.',
  },
  CHECKOUT_CHANGED: {
    status: 409,
    title: 'Checkout changed',
    detail:
      'The checkout was changed since you saw it. Nothing was charged. Look at the new total and confirm it.',
  },
  CHECKOUT_INCOMPLETE: {
    status: 422,
    title: 'Checkout incomplete',
    detail: 'Contact and address are missing. Nothing was charged. Fill them in first.',
  },
  PAYMENT_NOT_PREPARED: {
    status: 409,
    title: 'Payment not prepared',
    detail: 'The payment was not opened for this total. Nothing was charged. Go back to the payment step.',
  },
  OUT_OF_STOCK: {
    status: 409,
    title: 'Out of stock',
    detail:
      'Something in this order is no longer available in that quantity. Nothing was charged. Change the cart.',
  },
  CARD_DECLINED: {
    status: 402,
    title: 'Card declined',
    detail: 'The bank declined this card. Nothing was charged. Use another card.',
  },
  INSUFFICIENT_FUNDS: {
    status: 402,
    title: 'Insufficient funds',
    detail: 'The bank declined this card for insufficient funds. Nothing was charged. Use another card.',
  },
  PAYMENT_CANCELLED: {
    status: 402,
    title: 'Payment cancelled',
    detail: 'The payment could not be completed and was cancelled. Nothing was charged. Pay again.',
  },
  PAYMENT_REFUNDED: {
    status: 402,
    title: 'Payment refunded',
    detail:
      'Another amount than the total was charged, so all of it was given back; a bank may take days to show it. Nothing was bought. Pay again.',
  },
  BAD_PAYMENT_METHOD: {
    status: 402,
    title: 'Unknown card',
    detail: 'The payment provider does not know this card. Nothing was charged. Use another card.',
  },
  REFUND_NOT_DUE: {
    status: 409,
    title: 'Nothing to refund',
    detail: 'The charge belongs to a paid order, or was given back before.',
  },
} as const;

export type RefusalCode = keyof typeof refusalTable;

export function refusal(code: RefusalCode, detail?: string): Refusal {
  const { status, title, detail: standard } = refusalTable[code];
  return new Refusal(code, { status, title, detail: detail ?? standard });
}
