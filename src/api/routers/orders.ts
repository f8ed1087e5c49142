import { z } from 'zod';
import { findOrder, listOrders } from '../../shop/orders/orders.ts';
import { id } from '../../shop/text.ts';
import { customerQuery, router } from '../trpc.ts';

export const ordersRouter = router({
  list: customerQuery.query(({ ctx }) => listOrders(ctx.services.database, ctx.customerId)),
  get: customerQuery
    .input(z.object({ orderId: id }))
    .query(({ ctx, input }) => findOrder(ctx.services.database, ctx.customerId, input.orderId)),
});
