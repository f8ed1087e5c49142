import { cartRouter } from './routers/cart.ts';
import { catalogueRouter } from './routers/catalogue.ts';
import { checkoutRouter } from './routers/checkout.ts';
import { operationsRouter } from './routers/operations.ts';
import { ordersRouter } from './routers/orders.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  catalogue: catalogueRouter,
  cart: cartRouter,
  checkout: checkoutRouter,
  orders: ordersRouter,
  operations: operationsRouter,
});

export type AppRouter = typeof appRouter;
