import { z } from 'zod';
import { deliveries } from '../delivery.ts';
import { address, contact } from './address.ts';
import { currency, minor } from './money.ts';

export const checkoutLine = z.object({
  sku: z.string(),
  name: z.string(),
  quantity: z.int(),
  unitPriceMinor: minor,
  lineTotalMinor: minor,
  pictureSeed: z.int(),
});
export type CheckoutLine = z.output<typeof checkoutLine>;

const liveOrder = z
  .object({ orderId: z.string(), status: z.enum(['pending', 'paid']), operationId: z.string() })
  .describe('The order of this checkout that lives: paid, or its payment under way.');
export type LiveOrder = z.output<typeof liveOrder>;

export const checkout = z.object({
  checkoutId: z.string(),
  version: z
    .int()
    .describe('Counts every change; `checkout.placeOrder` names the version that the customer saw.'),
  status: z.enum(['open', 'completed']),
  contact: contact.nullable(),
  address: address.nullable(),
  delivery: z.enum(deliveries),
  lines: z.array(checkoutLine),
  subtotalMinor: minor,
  deliveryMinor: minor,
  totalMinor: minor,
  currency,
  paymentPrepared: z.boolean().describe('Whether a payment of this very total is open.'),
  liveOrder: liveOrder.nullable(),
  orderKey: z
    .string()
    .nullable()
    .describe(
      'The server’s key, for a caller that keeps none of its own: the Idempotency-Key of the next `checkout.placeOrder`. Null when it is used up: then `checkout.open` makes another. While an order lives it stays as it is.',
    ),
});
export type Checkout = z.output<typeof checkout>;
