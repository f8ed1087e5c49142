import { formatMoney } from '../money.tsx';
import type { Order } from '../shop-types.ts';

/** Whether an order that failed cost its customer anything, in a sentence. */
export function whatWasCharged({ refund }: Pick<Order, 'refund'>): string {
  if (refund === null) return 'Nothing was charged for this order.';
  const amount = formatMoney(refund.amountMinor, refund.currency);
  return refund.status === 'refunded'
    ? `${amount} was charged, and all of it was given back. Your bank may take a few days to show it.`
    : `${amount} was charged, and all of it is being given back. You need not do anything.`;
}
