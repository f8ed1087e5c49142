/** A payment of the shop that was made, or tried, with the PaymentIntent in question. */
export interface PaymentWithIntent {
  readonly status: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** What a charge at the provider is to the shop. */
export type ChargeStanding =
  /** A paid order's. A declined try and the one that then paid share their PaymentIntent. */
  | 'explained'
  /** A payment with this PaymentIntent is under way: it may turn out to be its charge. */
  | 'under-way'
  /** It went back, or is going. */
  | 'refunded'
  /** An order was paid by this PaymentIntent, with another amount. That can't be, and a person has to look. */
  | 'contradicted'
  /** Nobody's. It has to go back. */
  | 'nobodys';

/** Whose a charge is, from all that the shop holds about its PaymentIntent, which is charged at most once. */
export function standingOf(
  charge: { readonly amountMinor: number; readonly currency: string },
  payments: readonly PaymentWithIntent[],
  refunded: boolean,
): ChargeStanding {
  if (refunded) return 'refunded';
  if (payments.some(({ status }) => status === 'pending')) return 'under-way';
  const paid = payments.filter(({ status }) => status === 'paid');
  if (paid.length === 0) return 'nobodys';
  const explains = ({ amountMinor, currency }: PaymentWithIntent) =>
    amountMinor === charge.amountMinor && currency === charge.currency;
  return paid.length === 1 && paid.every(explains) ? 'explained' : 'contradicted';
}
