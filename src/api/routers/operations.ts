import { z } from 'zod';
import { parseKey, type Inquiry, type Policy, type Problem } from '../../idempotency/index.ts';
import { openEnum } from '../../shop/answers/open-enum.ts';
import { placedOrder, type PlacedOrder } from '../../shop/answers/placed-order.ts';
import { placeOrderPolicy } from '../../shop/checkout/place-order.ts';
import { id } from '../../shop/text.ts';
import type { CustomerContext } from '../context.ts';
import { problem } from '../problem-schema.ts';
import { answerErrors, customerQuery, naturallyIdempotentMutation, router } from '../trpc.ts';

const input = z.object({
  procedure: z.enum(['checkout.placeOrder']),
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

const errors = [
  'IDEMPOTENCY_KEY_MALFORMED',
  'OPERATION_NOT_FOUND',
  'STORE_UNAVAILABLE',
  'TEMPORARILY_UNAVAILABLE',
] as const;

/** As a release of the shop reads what it and those before it have stored. */
interface KeyedProcedure {
  readonly policy: Policy;
  readonly answer: z.ZodType<PlacedOrder>;
}

export function operationsRouterOf({ policy, answer }: KeyedProcedure) {
  /** What has become of a key, with the stored answer if there is one. */
  const operationOutcome = z.object({
    state,
    definite: z.boolean(),
    operationId: z.string().nullable(),
    result: answer.nullable().describe('The answer, if it succeeded.'),
    error: problem.nullable().describe('The refusal, if it failed.'),
  });

  const callOf = (ctx: CustomerContext, { procedure, key }: z.output<typeof input>) => {
    const { scope, principal } = ctx;
    return { key: parseKey(key), scope, principal, procedure, policy };
  };

  const outcomeOf = ({ outcome, ...inquiry }: Inquiry): z.output<typeof operationOutcome> => ({
    ...inquiry,
    result: outcome?.kind === 'succeeded' ? (JSON.parse(outcome.text) as PlacedOrder) : null,
    error: outcome?.kind === 'failed' ? (JSON.parse(outcome.text) as Problem) : null,
  });

  return router({
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
}

export const operationsRouter = operationsRouterOf({ policy: placeOrderPolicy, answer: placedOrder });
