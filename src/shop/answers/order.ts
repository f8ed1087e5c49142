import { z } from 'zod';
import { deliveries } from '../delivery.ts';
import { address, contact } from './address.ts';
import { checkoutLine } from './checkout.ts';
import { currency, minor } from './money.ts';
import { openEnum } from './open-enum.ts';

const time = z.string().describe('ISO 8601.');

export const order = z.object({
  orderId: z.string(),
  reference: z.string().describe('What the customer reads out on the telephone.'),
  operationId: z.string(),
  checkoutId: z.string(),
  status: openEnum(['pending', 'paid', 'failed']),
  createdAt: time,
  settledAt: time.nullable(),
  lines: z.array(checkoutLine),
  subtotalMinor: minor,
  deliveryMinor: minor,
  totalMinor: minor,
  currency,
  contact,
  address,
  delivery: z.enum(deliveries),
  failureCode: z.string().nullable().describe('Why a failed order failed: the code of its refusal.'),
  refund: z
    .object({ status: openEnum(['due', 'refunded']), amountMinor: minor, currency })
    .nullable()
    .describe('A charge of this order that went back, or is going.'),
});
export type Order = z.output<typeof order>;
