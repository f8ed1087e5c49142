import { z } from 'zod';
import { findProduct, listProducts } from '../../shop/catalogue/catalogue.ts';
import { query, router } from '../trpc.ts';

export const catalogueRouter = router({
  list: query.query(({ ctx }) => listProducts(ctx.services.database)),
  bySku: query
    .input(z.object({ sku: z.string().min(1).max(64) }))
    .query(({ ctx, input }) => findProduct(ctx.services.database, input.sku)),
});
