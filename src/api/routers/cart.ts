import { z } from 'zod';
import { getCart, MAX_QUANTITY, setCartLine } from '../../shop/cart/cart.ts';
import { id } from '../../shop/text.ts';
import { customerQuery, naturallyIdempotentMutation, router } from '../trpc.ts';

const setLineInput = z.object({
  sku: id,
  quantity: z.number().int().min(0).max(MAX_QUANTITY),
});

export const cartRouter = router({
  get: customerQuery.query(({ ctx }) => getCart(ctx.services.database, ctx.customerId)),
  setLine: naturallyIdempotentMutation('It sets an absolute quantity.')
    .input(setLineInput)
    .mutation(({ ctx, input }) => setCartLine(ctx.services.database, ctx.customerId, input)),
});
