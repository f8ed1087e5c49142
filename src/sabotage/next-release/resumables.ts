import type { Payments } from '../../payments/payments.ts';
import { resumables, type Resumables } from '../../shop/resumables.ts';
import { nextInput, nextPolicy, placeNextOrder } from './place-order.ts';

/** What a worker of the next release can finish: what its own nodes began, and those of the release before. */
export function nextResumables(payments: Payments): Resumables {
  return {
    ...resumables(payments),
    'checkout.placeOrder': {
      policy: nextPolicy,
      resume: (operation, customerId, input) =>
        placeNextOrder(operation, customerId, nextInput.parse(input), payments),
    },
  };
}
