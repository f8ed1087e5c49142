import { z } from 'zod';
import { getCheckout } from '../../shop/checkout/checkout.ts';
import { openCheckout } from '../../shop/checkout/open-checkout.ts';
import { placeOrder, placeOrderInput, placeOrderPolicy } from '../../shop/checkout/place-order.ts';
import { preparePayment } from '../../shop/checkout/prepare-payment.ts';
import { setDetails } from '../../shop/checkout/set-details.ts';
import { deliveries } from '../../shop/delivery.ts';
import { id, text } from '../../shop/text.ts';
import { customerQuery, idempotentMutation, naturallyIdempotentMutation, router } from '../trpc.ts';

const checkoutId = id;
/** What a person typed into one line of a form. */
const line = (maxLength: number) => z.string().trim().pipe(text(maxLength));

const detailsInput = z.object({
  checkoutId,
  contact: z.object({ email: z.email().max(254), fullName: line(100) }),
  address: z.object({
    line1: line(200),
    line2: line(200)
      .nullish()
      .transform((text) => text ?? null),
    city: line(100),
    postalCode: line(20),
    country: z.string().regex(/^[A-Z]{2}$/, { error: 'must be a country code of two capital letters' }),
  }),
  delivery: z.enum(deliveries),
});

export const checkoutRouter = router({
  open: naturallyIdempotentMutation('A customer has one open checkout, made from the cart.')
    .input(z.object({}))
    .mutation(({ ctx }) => openCheckout(ctx.services.database, ctx.customerId)),
  get: customerQuery
    .input(z.object({ checkoutId }))
    .query(({ ctx, input }) => getCheckout(ctx.services.database, ctx.customerId, input.checkoutId)),
  setDetails: naturallyIdempotentMutation('It sets absolute values.')
    .input(detailsInput)
    .mutation(({ ctx, input }) => setDetails(ctx.services.database, ctx.customerId, input)),
  preparePayment: naturallyIdempotentMutation('The same checkout and total open the same PaymentIntent.')
    .input(z.object({ checkoutId, version: z.number().int().positive() }))
    .mutation(({ ctx, input }) => {
      const { database, payments } = ctx.services;
      return preparePayment(database, payments, ctx.customerId, input);
    }),
  placeOrder: idempotentMutation(placeOrderPolicy)
    .input(placeOrderInput)
    .mutation(({ ctx, input, operation }) =>
      placeOrder(operation, ctx.customerId, input, ctx.services.payments),
    ),
});
