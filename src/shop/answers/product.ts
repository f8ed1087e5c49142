import { z } from 'zod';
import { currency, minor } from './money.ts';

export const product = z.object({
  sku: z.string(),
  name: z.string(),
  summary: z.string(),
  description: z.string(),
  category: z.string(),
  priceMinor: minor,
  currency,
  pictureSeed: z.int().describe('What the picture is drawn from.'),
  available: z.int().describe('Pieces that can be bought now.'),
});
export type Product = z.output<typeof product>;
