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
import type { Caller, Deprecation } from './contract/contract.ts';
import type { ErrorCode } from './contract/error-catalogue.ts';
import type { Context, CustomerContext } from './context.ts';
import { problemOfError } from './problem.ts';

/** What the contract tells of a procedure, beside its guarantee and its schemas. */
interface Told {
  /** One sentence: what it does. */
  readonly summary: string;
  /** What it may answer with beyond what every procedure may; a key's errors and stored refusals aside. */
  readonly errors?: readonly ErrorCode[];
  readonly deprecated?: Deprecation;
}

/** A procedure's meta: its guarantee, which is the engine's, and what the contract publishes of it. */
export type ProcedureMeta = Meta &
  Partial<Told> & {
    readonly caller?: Caller;
    /** Of a keyed mutation, whose answer tRPC must not touch; others declare it to tRPC itself. */
    readonly answer?: z.ZodType;
  };

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    errorFormatter({ error }) {
      const problem = problemOfError(error);
      return problemShape(problem, rpcCodeOf(problem.status));
    },
  });

/** Anyone may ask. */
export function query(told: Told) {
  return t.procedure.meta({ ...told, caller: 'anyone' });
}

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
export function customerQuery(told: Told) {
  return customerProcedure.meta({ ...told, caller: 'customer' });
}

/** A procedure whose meta is known to the types, so that clients and routers can tell them apart. */
type Mutation<I, O, M> = TRPCMutationProcedure<{ input: I; output: O; meta: M }>;

/** A customer's mutation that may be repeated as it is; `reason` says why. */
export function naturallyIdempotentMutation(told: Told & { readonly reason: string }) {
  return {
    input: <S extends z.ZodType>(schema: S) => ({
      output: <A extends z.ZodType>(answer: A) => ({
        mutation: (
          resolver: (options: { ctx: CustomerContext; input: z.output<S> }) => Promise<z.input<A>>,
        ) =>
          customerProcedure
            .meta({ ...told, caller: 'customer', idempotency: 'natural' })
            .input(schema as z.ZodType)
            .output(answer as z.ZodType)
            .mutation(({ ctx, input }) =>
              answerErrors(ctx, () => resolver({ ctx, input: input as z.output<S> })),
            ) as unknown as Mutation<z.input<S>, z.output<A>, Natural>,
      }),
    }),
  };
}

/**
 * A customer's mutation that needs an idempotency key and runs once for each.
 *
 * Its answer is held to the schema by the types only: what is replayed are the bytes that were stored, by
 * whichever version, and a parser in between might write others.
 */
export function idempotentMutation<const P extends Policy>({
  policy,
  ...told
}: Told & { readonly policy: P }) {
  return {
    input: <S extends z.ZodType>(schema: S) => ({
      output: <A extends z.ZodType>(answer: A) => ({
        mutation: (
          resolver: (options: {
            ctx: CustomerContext;
            input: z.output<S>;
            operation: Operation<Tx>;
          }) => Promise<z.output<A>>,
        ) => {
          const resolve = idempotent<CustomerContext, z.output<S>, z.output<A>>(policy, resolver);
          return customerProcedure
            .meta({ ...told, caller: 'customer', answer, idempotency: 'keyed', policy })
            .input(schema as z.ZodType)
            .use(async ({ next, getRawInput }) => next({ ctx: { rawInput: await getRawInput() } }))
            .mutation(async ({ ctx, input, path }) => {
              const { rawInput, ...customer } = ctx;
              return resolve({ ctx: customer, input: input as z.output<S>, rawInput, path });
            }) as unknown as Mutation<z.input<S>, z.output<A>, Keyed<P>>;
        },
      }),
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
