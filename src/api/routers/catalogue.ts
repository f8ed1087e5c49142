import { z } from 'zod';
import { findProduct, listProducts } from '../../shop/catalogue/catalogue.ts';
import { id } from '../../shop/text.ts';
import { query, router } from '../trpc.ts';

export const catalogueRouter = router({
  list: query.query(({ ctx }) => listProducts(ctx.services.database)),
  bySku: query
    .input(z.object({ sku: id }))
    .query(({ ctx, input }) => findProduct(ctx.services.database, input.sku)),
});
