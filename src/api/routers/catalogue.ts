import { z } from 'zod';
import { product } from '../../shop/answers/product.ts';
import { findProduct, listProducts } from '../../shop/catalogue/catalogue.ts';
import { id } from '../../shop/text.ts';
import { query, router } from '../trpc.ts';

export const catalogueRouter = router({
  list: query({ summary: 'Every product, in the order of the shelves.' })
    .output(z.array(product))
    .query(({ ctx }) => listProducts(ctx.services.database)),
  bySku: query({ summary: 'One product.', errors: ['NOT_FOUND'] })
    .input(z.object({ sku: id }))
    .output(product)
    .query(({ ctx, input }) => findProduct(ctx.services.database, input.sku)),
});
