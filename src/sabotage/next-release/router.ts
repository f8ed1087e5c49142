import { appRouter } from '../../api/app-router.ts';
import { operationsRouterOf } from '../../api/routers/operations.ts';
import { idempotentMutation, router } from '../../api/trpc.ts';
import { nextAnswer, nextInput, nextPolicy, placeNextOrder } from './place-order.ts';

const { catalogue, cart, checkout, orders } = appRouter;

/** What a web node of the next release serves. */
export const nextRouter = router({
  catalogue,
  cart,
  checkout: router({
    open: checkout.open,
    get: checkout.get,
    setDetails: checkout.setDetails,
    preparePayment: checkout.preparePayment,
    placeOrder: idempotentMutation({
      summary: 'Buys what a checkout holds, gift-wrapped if you like.',
      policy: nextPolicy,
    })
      .input(nextInput)
      .output(nextAnswer)
      .mutation(({ ctx, input, operation }) =>
        placeNextOrder(operation, ctx.customerId, input, ctx.services.payments),
      ),
  }),
  orders,
  operations: operationsRouterOf({ policy: nextPolicy, answer: nextAnswer }),
});
