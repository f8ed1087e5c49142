import { z } from 'zod';
import { parseKey, type Inquiry, type Problem } from '../../idempotency/index.ts';
import { openEnum } from '../../shop/answers/open-enum.ts';
import { placedOrder, type PlacedOrder } from '../../shop/answers/placed-order.ts';
import { placeOrderPolicy } from '../../shop/checkout/place-order.ts';
import { id } from '../../shop/text.ts';
import type { CustomerContext } from '../context.ts';
import { problem } from '../problem-schema.ts';
import { answerErrors, customerQuery, naturallyIdempotentMutation, router } from '../trpc.ts';

const policies = { 'checkout.placeOrder': placeOrderPolicy } as const;

const input = z.object({
  procedure: z.enum(Object.keys(policies) as [keyof typeof policies]),
  key: id.describe('The Idempotency-Key.'),
});

const state = openEnum([
  'not_seen',
  'expired',
  'running',
  'outcome_unknown',
  'compensating',
  'stuck',
  'succeeded',
  'failed',
  'void',
]) satisfies z.ZodType<Inquiry['state']>;

/** What has become of a key, with the stored answer if there is one. */
const operationOutcome = z.object({
  state,
  definite: z.boolean(),
  operationId: z.string().nullable(),
  result: placedOrder.nullable().describe('The answer, if it succeeded.'),
  error: problem.nullable().describe('The refusal, if it failed.'),
});

function callOf(ctx: CustomerContext, { procedure, key }: z.output<typeof input>) {
  const { scope, principal } = ctx;
  return { key: parseKey(key), scope, principal, procedure, policy: policies[procedure] };
}

function outcomeOf({ outcome, ...inquiry }: Inquiry): z.output<typeof operationOutcome> {
  return {
    ...inquiry,
    result: outcome?.kind === 'succeeded' ? (JSON.parse(outcome.text) as PlacedOrder) : null,
    error: outcome?.kind === 'failed' ? (JSON.parse(outcome.text) as Problem) : null,
  };
}

const errors = [
  'IDEMPOTENCY_KEY_MALFORMED',
  'OPERATION_NOT_FOUND',
  'STORE_UNAVAILABLE',
  'TEMPORARILY_UNAVAILABLE',
] as const;

export const operationsRouter = router({
  outcome: customerQuery({ summary: 'What has become of a key. Answers at once.', errors })
    .input(input)
    .output(operationOutcome)
    .query(({ ctx, input }) =>
      answerErrors(ctx, async () => outcomeOf(await ctx.engine.inquire(callOf(ctx, input)))),
    ),
  close: naturallyIdempotentMutation({
    summary: 'Makes ‘not seen’ definite: a key that was never used will execute nothing any more.',
    reason: 'It settles an unused key as void, once; a used one stays as it is.',
    errors,
  })
    .input(input)
    .output(operationOutcome)
    .mutation(async ({ ctx, input }) => outcomeOf(await ctx.engine.close(callOf(ctx, input)))),
});
