import { z } from 'zod';
import { currency, minor } from './money.ts';

const cartLine = z.object({
  sku: z.string(),
  name: z.string(),
  quantity: z.int(),
  unitPriceMinor: minor,
  lineTotalMinor: minor,
  available: z.int().describe('Pieces that can be bought now.'),
  pictureSeed: z.int(),
});
export type CartLine = z.output<typeof cartLine>;

export const cart = z.object({ lines: z.array(cartLine), subtotalMinor: minor, currency });
export type Cart = z.output<typeof cart>;
