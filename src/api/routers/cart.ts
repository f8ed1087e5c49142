import { z } from 'zod';
import { cart } from '../../shop/answers/cart.ts';
import { getCart, MAX_QUANTITY, setCartLine } from '../../shop/cart/cart.ts';
import { id } from '../../shop/text.ts';
import { customerQuery, naturallyIdempotentMutation, router } from '../trpc.ts';

const setLineInput = z.object({
  sku: id,
  quantity: z.number().int().min(0).max(MAX_QUANTITY).describe('0 removes the line.'),
});

export const cartRouter = router({
  get: customerQuery({ summary: 'The cart, with today’s names and prices.' })
    .output(cart)
    .query(({ ctx }) => getCart(ctx.services.database, ctx.customerId)),
  setLine: naturallyIdempotentMutation({
    summary: 'Sets how many pieces of a product the cart holds.',
    reason: 'It sets an absolute quantity.',
    errors: ['NOT_FOUND'],
  })
    .input(setLineInput)
    .output(cart)
    .mutation(({ ctx, input }) => setCartLine(ctx.services.database, ctx.customerId, input)),
});
