/**
 * What is known of the customer's payment. The page is drawn from this alone, so it can't say more than
 * is known: only `refused` says that nothing was charged, only `paid` says that it was, and only `idle`
 * and `refused` offer a payment.
 *
 *     idle ──pay──▶ paying ──▶ paid
 *      ▲              │ ├────▶ refused ──pay (a new key)──▶ paying
 *      └──not sent────┘ └────▶ unknown ──check again (the same key)──▶ paying
 */
export type PaymentState =
  | { readonly kind: 'idle'; readonly notSent: NotSent | null }
  | { readonly kind: 'paying'; readonly sinceMs: number; readonly origin: PaymentOrigin }
  | { readonly kind: 'unknown'; readonly operationId: string | null; readonly why: Doubt }
  | { readonly kind: 'refused'; readonly code: string; readonly title: string; readonly detail: string }
  | { readonly kind: 'paid'; readonly orderId: string; readonly reference: string };

/** Why a press of Pay sent nothing at all. */
export type NotSent = 'offline' | 'not-stored';

/** Whose payment the page waits for: of this press, the same asked after again, one before a reload, or another tab's. */
export type PaymentOrigin = 'here' | 'again' | 'resumed' | 'elsewhere';

/** Why nothing is known: nobody answered; the shop itself checks with the bank; it is too long ago to be asked. */
export type Doubt = 'no-answer' | 'being-verified' | 'too-old';
