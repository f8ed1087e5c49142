import { z } from 'zod';
import type { Tx } from '../../database/database.ts';
import type { Operation, Policy } from '../../idempotency/index.ts';
import type { Payments } from '../../payments/payments.ts';
import { placedOrder, type PlacedOrder } from '../../shop/answers/placed-order.ts';
import {
  placeOrder,
  placeOrderInput,
  placeOrderPolicy,
  type PlaceOrderInput,
} from '../../shop/checkout/place-order.ts';

/** A default is added to the input, which changes the fingerprint of every request. */
export const nextInput = placeOrderInput.extend({ giftWrapped: z.boolean().default(false) });
type NextInput = z.output<typeof nextInput>;

/** The answer tells one thing more. */
export const nextAnswer = placedOrder.extend({ giftWrapped: z.boolean() });
type NextAnswer = z.output<typeof nextAnswer>;

/** Reads all that the release before it has written, as `docs/versioning.md` asks for. */
export const nextPolicy = {
  ...placeOrderPolicy,
  version: placeOrderPolicy.version + 1,
  previous: {
    [placeOrderPolicy.version]: {
      parseInput: (raw) => placeOrderInput.parse(raw),
      resume: { input: (stored) => ({ ...(stored as PlaceOrderInput), giftWrapped: false }) },
      answer: (stored) => ({ ...(stored as PlacedOrder), giftWrapped: false }),
    },
  },
} satisfies Policy;

export async function placeNextOrder(
  operation: Operation<Tx>,
  customerId: string,
  { giftWrapped, ...input }: NextInput,
  payments: Payments,
): Promise<NextAnswer> {
  // Its own answer, settled by the steps that both releases have.
  const telling: Operation<Tx> = {
    id: operation.id,
    get compensating() {
      return operation.compensating;
    },
    transact: (step, work) => operation.transact(step, work),
    remote: (step, call) => operation.remote(step, call),
    compensate: (reason) => operation.compensate(reason),
    settle: (work) =>
      operation.settle(async (tx) => {
        const result = await work(tx);
        return result instanceof Error ? result : { ...result, giftWrapped };
      }),
  };
  return (await placeOrder(telling, customerId, input, payments)) as NextAnswer;
}
