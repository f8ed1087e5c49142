import { initTRPC, type TRPCMutationProcedure } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';
import {
  parseKey,
  type Attempt,
  type Engine,
  type Inquiry,
  type Operation,
  type Policy,
  type Problem,
} from '../../src/idempotency/index.ts';
import {
  asTrpcError,
  idempotent,
  problemOf,
  problemShape,
  rpcCodeOf,
  type CallContext,
  type Keyed,
  type Meta,
  type Natural,
} from '../../src/idempotency/trpc/index.ts';
import type { Payments } from '../../src/payments/payments.ts';
import type { OrderRow } from '../final-state.ts';
import type { PlacedOrder } from '../history/value.ts';
import {
  changeLines,
  offerOf,
  placeOrder,
  placeOrderInput,
  storePayment,
  totalOf,
  type Layers,
  type Offer,
  type PlaceOrderInput,
} from './shop.ts';
import type { ShopTx, StoreClient } from './store-client.ts';

/*
 * The shop's procedures on a real tRPC router, with the engine's own middleware. It stands for `src/api`,
 * whose context is made of Prisma's services: same paths, same answers, same errors.
 */

/** What one web node has. */
export interface ShopServices {
  readonly engine: Engine<ShopTx>;
  readonly store: Pick<StoreClient, 'transaction'>;
  readonly payments: Payments;
  readonly policy: Policy;
  readonly layers: Layers;
  /** The orders of a customer, read without a transaction. */
  readonly orders: (customerId: string) => Promise<OrderRow[]>;
  /** For workers: forgets the records of keys that are that old. */
  readonly purge: (keysOlderThanMs: number) => Promise<void>;
}

interface Context extends CallContext<ShopTx> {
  readonly services: ShopServices;
  readonly customerId: string;
}

export const PLACE_ORDER = 'checkout.placeOrder';
const ENDPOINT = '/api/trpc';

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter({ error }) {
      const problem = problemOf(error) ?? problemOfOther(getHTTPStatusCodeFromError(error));
      return problemShape(problem, rpcCodeOf(problem.status));
    },
  });

function problemOfOther(status: number): Problem {
  const ours = status >= 500;
  const code = ours ? 'INTERNAL' : status === 404 ? 'NOT_FOUND' : 'BAD_INPUT';
  return {
    type: 'about:blank',
    title: code,
    status,
    detail: code,
    code,
    definite: !ours,
    retryable: ours,
    retryAfterMs: null,
    operationId: null,
  };
}

async function answerErrors<R>({ responseHeaders }: Context, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw asTrpcError(error, responseHeaders);
  }
}

const lines = z.array(z.object({ sku: z.string(), quantity: z.number().int().positive() })).min(1);
const operationInput = z.object({ procedure: z.literal(PLACE_ORDER), key: z.string() });

interface OperationOutcome {
  readonly state: Inquiry['state'];
  readonly definite: boolean;
  readonly operationId: string | null;
  readonly result: PlacedOrder | null;
  readonly error: Problem | null;
}

function outcomeOf({ outcome, ...inquiry }: Inquiry): OperationOutcome {
  return {
    ...inquiry,
    result: outcome?.kind === 'succeeded' ? (JSON.parse(outcome.text) as PlacedOrder) : null,
    error: outcome?.kind === 'failed' ? (JSON.parse(outcome.text) as Problem) : null,
  };
}

function questionOf({ scope, principal, services }: Context, key: string) {
  return { key: parseKey(key), scope, principal, procedure: PLACE_ORDER, policy: services.policy };
}

async function change(
  { services, customerId }: Context,
  input: { checkoutId: string; lines: { sku: string; quantity: number }[] },
): Promise<Offer> {
  const { store, payments } = services;
  const run = <R>(statement: Parameters<typeof inOneStatement<R>>[1]) => inOneStatement(store, statement);
  const changed = await run((rows) => changeLines(rows, customerId, input));
  if (changed.paymentIntentId !== null) return offerOf(changed);
  const { checkoutId, version, paymentNumber, currency } = changed;
  const amountMinor = totalOf(changed.lines);
  const { intentId } = await payments.openIntent({
    amountMinor,
    currency,
    idempotencyKey: `${checkoutId}:${paymentNumber + 1}:${amountMinor}`,
    metadata: { checkoutId, customerReference: customerId },
  });
  return offerOf(await run((rows) => storePayment(rows, customerId, { checkoutId, version, intentId })));
}

function inOneStatement<R>(
  store: Pick<StoreClient, 'transaction'>,
  statement: Parameters<ShopTx['run']>[0] extends (rows: infer Rows) => Promise<unknown>
    ? (rows: Rows) => Promise<R>
    : never,
): Promise<R> {
  return store.transaction(({ tx }) => tx.run(statement));
}

type Placing = TRPCMutationProcedure<{ input: PlaceOrderInput; output: PlacedOrder; meta: Keyed }>;
type Closing = TRPCMutationProcedure<{
  input: z.input<typeof operationInput>;
  output: OperationOutcome;
  meta: Natural;
}>;
type Changing = TRPCMutationProcedure<{
  input: { checkoutId: string; lines: { sku: string; quantity: number }[] };
  output: Offer;
  meta: Natural;
}>;

/** The policy is the run's, so the resolver is made for each call. */
const placing = t.procedure
  .input(placeOrderInput)
  .use(async ({ next, getRawInput }) => next({ ctx: { rawInput: await getRawInput() } }))
  .mutation(({ ctx, input, path }) => {
    const { rawInput, ...context } = ctx;
    const { policy, payments, layers } = ctx.services;
    const resolve = idempotent<Context, PlaceOrderInput, PlacedOrder>(
      policy,
      ({ operation }: { operation: Operation<ShopTx> }) =>
        placeOrder(operation, ctx.customerId, input, { payments, layers }),
    );
    return resolve({ ctx: context, input, rawInput, path });
  }) as unknown as Placing;

const router = t.router({
  checkout: t.router({
    placeOrder: placing,
    change: t.procedure
      .input(z.object({ checkoutId: z.string(), lines }))
      .mutation(({ ctx, input }) => answerErrors(ctx, () => change(ctx, input))) as unknown as Changing,
  }),
  operations: t.router({
    outcome: t.procedure
      .input(operationInput)
      .query(({ ctx, input }) =>
        answerErrors(ctx, async () =>
          outcomeOf(await ctx.services.engine.inquire(questionOf(ctx, input.key))),
        ),
      ),
    close: t.procedure
      .input(operationInput)
      .mutation(({ ctx, input }) =>
        answerErrors(ctx, async () => outcomeOf(await ctx.services.engine.close(questionOf(ctx, input.key)))),
      ) as unknown as Closing,
  }),
  orders: t.router({
    list: t.procedure.query(({ ctx }) =>
      answerErrors(ctx, async () => {
        const orders = await ctx.services.orders(ctx.customerId);
        return orders.map(({ orderId, status, totalMinor, email }) => ({
          orderId,
          status,
          totalMinor,
          contact: { email },
        }));
      }),
    ),
  }),
});

export type SimulatedRouter = typeof router;

/** One request of the API, answered. The customer's cookie is the customer's name: who they are isn't tested here. */
export function answerRequest(request: Request, services: ShopServices): Promise<Response> {
  return fetchRequestHandler({
    endpoint: ENDPOINT,
    router,
    req: request,
    createContext: ({ req, resHeaders, info }): Context => {
      const customerId = req.headers.get('cookie')?.slice('customer='.length) ?? '';
      return {
        services,
        customerId,
        engine: services.engine,
        scope: customerId,
        principal: customerId,
        idempotencyKey: req.headers.get('idempotency-key'),
        attempt: attemptOf(req.headers),
        isBatch: info.isBatchCall,
        responseHeaders: resHeaders,
      };
    },
  });
}

function attemptOf(headers: Headers): Attempt {
  const number = Number(headers.get('x-attempt') ?? Number.NaN);
  return { number: Number.isSafeInteger(number) ? number : null, reason: headers.get('x-retry-reason') };
}
