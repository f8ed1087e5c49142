import { z } from 'zod';
import { order } from '../../shop/answers/order.ts';
import { findOrder, listOrders } from '../../shop/orders/orders.ts';
import { id } from '../../shop/text.ts';
import { customerQuery, router } from '../trpc.ts';

export const ordersRouter = router({
  list: customerQuery({ summary: 'The customer’s last hundred orders, newest first.' })
    .output(z.array(order))
    .query(({ ctx }) => listOrders(ctx.services.database, ctx.customerId)),
  get: customerQuery({ summary: 'One order of the customer.', errors: ['NOT_FOUND'] })
    .input(z.object({ orderId: id }))
    .output(order)
    .query(({ ctx, input }) => findOrder(ctx.services.database, ctx.customerId, input.orderId)),
});
