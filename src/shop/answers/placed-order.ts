import { z } from 'zod';
import { currency } from './money.ts';

/** The shop's word that an order is paid. To the client's link chain anything else is no answer. */
export const placedOrder = z.object({
  orderId: z.string().min(1),
  reference: z.string().min(1).describe('What the customer reads out on the telephone.'),
  operationId: z.string().min(1),
  status: z.literal('paid'),
  totalMinor: z.int().positive().describe('Minor units: cents.'),
  currency,
});
export type PlacedOrder = z.output<typeof placedOrder>;
