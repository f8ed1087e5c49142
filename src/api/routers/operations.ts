import { z } from 'zod';
import { parseKey, type Inquiry, type Problem } from '../../idempotency/index.ts';
import { placeOrderPolicy, type PlacedOrder } from '../../shop/checkout/place-order.ts';
import { id } from '../../shop/text.ts';
import type { CustomerContext } from '../context.ts';
import { answerErrors, customerQuery, naturallyIdempotentMutation, router } from '../trpc.ts';

const policies = { 'checkout.placeOrder': placeOrderPolicy } as const;

const input = z.object({
  procedure: z.enum(Object.keys(policies) as [keyof typeof policies]),
  key: id,
});

/** What has become of a key, with the stored answer if there is one. */
export interface OperationOutcome {
  readonly state: Inquiry['state'];
  readonly definite: boolean;
  readonly operationId: string | null;
  readonly result: PlacedOrder | null;
  readonly error: Problem | null;
}

function callOf(ctx: CustomerContext, { procedure, key }: z.output<typeof input>) {
  const { scope, principal } = ctx;
  return { key: parseKey(key), scope, principal, procedure, policy: policies[procedure] };
}

function outcomeOf({ outcome, ...inquiry }: Inquiry): OperationOutcome {
  return {
    ...inquiry,
    result: outcome?.kind === 'succeeded' ? (JSON.parse(outcome.text) as PlacedOrder) : null,
    error: outcome?.kind === 'failed' ? (JSON.parse(outcome.text) as Problem) : null,
  };
}

export const operationsRouter = router({
  outcome: customerQuery
    .input(input)
    .query(({ ctx, input }) =>
      answerErrors(ctx, async () => outcomeOf(await ctx.engine.inquire(callOf(ctx, input)))),
    ),
  close: naturallyIdempotentMutation('It settles an unused key as void, once; a used one stays as it is.')
    .input(input)
    .mutation(async ({ ctx, input }) => outcomeOf(await ctx.engine.close(callOf(ctx, input)))),
});
