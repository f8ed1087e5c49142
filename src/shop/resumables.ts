import type { Tx } from '../database/database.ts';
import type { Operation, Policy } from '../idempotency/index.ts';
import type { Payments } from '../payments/payments.ts';
import {
  lateCharge,
  REFUND_LATE_CHARGE,
  refundLateCharge,
  refundPolicy,
} from './refunds/refund-late-charge.ts';
import { placeOrder, placeOrderInput, placeOrderPolicy } from './checkout/place-order.ts';

/** How to finish one procedure's operations without their client. */
export interface Resumable {
  readonly policy: Policy;
  /** @param scope the customer that the operation belongs to */
  resume(operation: Operation<Tx>, scope: string, input: unknown): Promise<unknown>;
}

/** Every procedure whose operations may outlive their client, by name. */
export type Resumables = Readonly<Record<string, Resumable>>;

export function resumables(payments: Payments): Resumables {
  return {
    'checkout.placeOrder': {
      policy: placeOrderPolicy,
      resume: (operation, customerId, input) =>
        placeOrder(operation, customerId, placeOrderInput.parse(input), payments),
    },
    [REFUND_LATE_CHARGE]: {
      policy: refundPolicy,
      resume: (operation, customerId, input) =>
        refundLateCharge(operation, customerId, lateCharge.parse(input), payments),
    },
  };
}
