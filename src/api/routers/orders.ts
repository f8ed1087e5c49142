import { z } from 'zod';
import { findOrder, listOrders } from '../../shop/orders/orders.ts';
import { customerQuery, router } from '../trpc.ts';

export const ordersRouter = router({
  list: customerQuery.query(({ ctx }) => listOrders(ctx.services.database, ctx.customerId)),
  get: customerQuery
    .input(z.object({ orderId: z.string().min(1).max(64) }))
    .query(({ ctx, input }) => findOrder(ctx.services.database, ctx.customerId, input.orderId)),
});
