import { z } from 'zod';
import { checkout } from '../../shop/answers/checkout.ts';
import { placedOrder } from '../../shop/answers/placed-order.ts';
import { preparedPayment } from '../../shop/answers/prepared-payment.ts';
import { getCheckout } from '../../shop/checkout/checkout.ts';
import { openCheckout } from '../../shop/checkout/open-checkout.ts';
import { placeOrder, placeOrderInput, placeOrderPolicy } from '../../shop/checkout/place-order.ts';
import { preparePayment } from '../../shop/checkout/prepare-payment.ts';
import { setDetails } from '../../shop/checkout/set-details.ts';
import { deliveries } from '../../shop/delivery.ts';
import { id, line } from '../../shop/text.ts';
import { customerQuery, idempotentMutation, naturallyIdempotentMutation, router } from '../trpc.ts';

const checkoutId = id;

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
  open: naturallyIdempotentMutation({
    summary: 'Opens the checkout of what the cart holds, or brings the open one up to date with it.',
    reason: 'A customer has one open checkout, made from the cart.',
    errors: ['EMPTY_CART'],
  })
    .input(z.object({}))
    .output(checkout)
    .mutation(({ ctx }) => openCheckout(ctx.services.database, ctx.customerId)),
  get: customerQuery({ summary: 'One checkout of the customer.', errors: ['CHECKOUT_NOT_FOUND'] })
    .input(z.object({ checkoutId }))
    .output(checkout)
    .query(({ ctx, input }) => getCheckout(ctx.services.database, ctx.customerId, input.checkoutId)),
  setDetails: naturallyIdempotentMutation({
    summary: 'Sets who buys, where it goes and how.',
    reason: 'It sets absolute values.',
    errors: ['CHECKOUT_NOT_FOUND', 'ORDER_PENDING'],
  })
    .input(detailsInput)
    .output(checkout)
    .mutation(({ ctx, input }) => setDetails(ctx.services.database, ctx.customerId, input)),
  preparePayment: naturallyIdempotentMutation({
    summary: 'Opens the payment of the checkout’s total. Nothing is charged by it.',
    reason: 'The same checkout and total open the same PaymentIntent.',
    errors: ['CHECKOUT_NOT_FOUND', 'ORDER_PENDING', 'CHECKOUT_CHANGED', 'CHECKOUT_INCOMPLETE', 'UNAVAILABLE'],
  })
    .input(z.object({ checkoutId, version: z.number().int().positive() }))
    .output(preparedPayment)
    .mutation(({ ctx, input }) => {
      const { database, payments } = ctx.services;
      return preparePayment(database, payments, ctx.customerId, input);
    }),
  placeOrder: idempotentMutation({
    summary: 'Buys what a checkout holds: makes the order and charges the card.',
    policy: placeOrderPolicy,
  })
    .input(placeOrderInput)
    .output(placedOrder)
    .mutation(({ ctx, input, operation }) =>
      placeOrder(operation, ctx.customerId, input, ctx.services.payments),
    ),
});
