import { initTRPC, TRPCError, type TRPCCreateRouterOptions, type TRPCMutationProcedure } from '@trpc/server';
import type { z } from 'zod';
import type { Tx } from '../database/database.ts';
import type { Operation, Policy } from '../idempotency/index.ts';
import {
  asTrpcError,
  assertDeclared,
  idempotent,
  problemShape,
  rpcCodeOf,
  type Declared,
  type Keyed,
  type Meta,
  type Natural,
} from '../idempotency/trpc/index.ts';
import { PaymentOutcomeUnknown, PaymentsUnavailable } from '../payments/payments.ts';
import type { Context, CustomerContext } from './context.ts';
import { problemOfError } from './problem.ts';

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter({ error }) {
      const problem = problemOfError(error);
      return problemShape(problem, rpcCodeOf(problem.status));
    },
  });

/** Anyone may ask. */
export const query = t.procedure;

const customerProcedure = t.procedure.use(async ({ ctx, next }) => {
  const { customerId } = ctx;
  if (customerId === null) throw new TRPCError({ code: 'UNAUTHORIZED' });
  const customer: CustomerContext = {
    ...ctx,
    customerId,
    engine: ctx.services.engine,
    scope: customerId,
    principal: customerId,
  };
  return next({ ctx: customer });
});

/** A customer asks for what is theirs. */
export const customerQuery = customerProcedure;

/** A procedure whose meta is known to the types, so that clients and routers can tell them apart. */
type Mutation<I, O, M> = TRPCMutationProcedure<{ input: I; output: O; meta: M }>;

/** A customer's mutation that may be repeated as it is; `reason` says why. */
export function naturallyIdempotentMutation(reason: string) {
  return {
    input: <S extends z.ZodType>(schema: S) => ({
      mutation: <O>(resolver: (options: { ctx: CustomerContext; input: z.output<S> }) => Promise<O>) =>
        customerProcedure
          .meta({ idempotency: 'natural', reason })
          .input(schema as z.ZodType)
          .mutation(({ ctx, input }) =>
            answerErrors(ctx, () => resolver({ ctx, input: input as z.output<S> })),
          ) as unknown as Mutation<z.input<S>, O, Natural>,
    }),
  };
}

/** A customer's mutation that needs an idempotency key and runs once for each. */
export function idempotentMutation<const P extends Policy>(policy: P) {
  return {
    input: <S extends z.ZodType>(schema: S) => ({
      mutation: <O>(
        resolver: (options: {
          ctx: CustomerContext;
          input: z.output<S>;
          operation: Operation<Tx>;
        }) => Promise<O>,
      ) => {
        const resolve = idempotent<Tx, CustomerContext, z.output<S>, O>(policy, resolver);
        return customerProcedure
          .meta({ idempotency: 'keyed', policy })
          .input(schema as z.ZodType)
          .use(async ({ next, getRawInput }) => next({ ctx: { rawInput: await getRawInput() } }))
          .mutation(async ({ ctx, input, path }) => {
            const { rawInput, ...customer } = ctx;
            if (typeof PROTECTION_OFF === 'boolean' && PROTECTION_OFF) {
              const { UnprotectedOperation } = await import('./unprotected-operation.ts');
              const operation = new UnprotectedOperation(ctx.services.database);
              return resolver({ ctx: customer, input: input as z.output<S>, operation });
            }
            return resolve({ ctx: customer, input: input as z.output<S>, rawInput, path });
          }) as unknown as Mutation<z.input<S>, O, Keyed<P>>;
      },
    }),
  };
}

/** A router whose mutations all declare their guarantee: anything else is a type error, and stops the boot. */
export function router<R extends TRPCCreateRouterOptions>(record: R & Declared<R>) {
  const built = t.router<R>(record);
  assertDeclared(built);
  return built;
}

/** Runs `work`, and turns the engine's and the provider's errors into answers of tRPC. */
export async function answerErrors<R>(ctx: Context, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw asTrpcError(asAnswer(error), ctx.responseHeaders);
  }
}

function asAnswer(error: unknown): unknown {
  if (PaymentOutcomeUnknown.is(error) || PaymentsUnavailable.is(error))
    return new TRPCError({ code: 'SERVICE_UNAVAILABLE', cause: error });
  return error;
}
