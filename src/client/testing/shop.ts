import { initTRPC } from '@trpc/server';
import type { TRPCProcedureBuilder } from '@trpc/server';
import { z } from 'zod';

/**
 * A router with one procedure of each kind, marked as the shop's builders mark theirs. No server runs it: the
 * tests need its type, and their servers are scripted.
 */
interface Meta {
  readonly idempotency?: 'keyed' | 'natural';
}
const t = initTRPC.meta<Meta>().create();

/** tRPC's builder with its meta narrowed to a literal: by itself it shows the root's general meta type. */
type WithMeta<TBuilder, TMeta> =
  TBuilder extends TRPCProcedureBuilder<
    infer TContext,
    unknown,
    infer TOverrides,
    infer TInputIn,
    infer TInputOut,
    infer TOutputIn,
    infer TOutputOut,
    infer TCaller,
    infer TErrors
  >
    ? TRPCProcedureBuilder<
        TContext,
        TMeta,
        TOverrides,
        TInputIn,
        TInputOut,
        TOutputIn,
        TOutputOut,
        TCaller,
        TErrors
      >
    : never;

type Keyed = { readonly idempotency: 'keyed'; readonly policy: { readonly version: 1 } };
type Natural = { readonly idempotency: 'natural'; readonly reason: string };
const keyed = t.procedure as unknown as WithMeta<typeof t.procedure, Keyed>;
const natural = t.procedure as unknown as WithMeta<typeof t.procedure, Natural>;

export const placedOrder = z.object({ orderId: z.string(), status: z.literal('paid') });
export type PlacedOrder = z.infer<typeof placedOrder>;

const operationKey = z.object({ procedure: z.literal('checkout.placeOrder'), key: z.string() });
const operation = () => ({ state: 'not_seen', definite: false });

const router = t.router({
  catalogue: t.router({ list: t.procedure.query(() => [{ sku: 'mug', priceMinor: 900 }]) }),
  cart: {
    setLine: natural
      .input(z.object({ sku: z.string(), quantity: z.int() }))
      .mutation(({ input }) => ({ lines: [input] })),
  },
  checkout: t.router({
    placeOrder: keyed
      .input(z.object({ checkoutId: z.string(), paymentMethod: z.string() }))
      .mutation((): PlacedOrder => ({ orderId: 'order-1', status: 'paid' })),
  }),
  operations: t.router({
    outcome: t.procedure.input(operationKey).query(operation),
    close: natural.input(operationKey).mutation(operation),
  }),
  /** Declares nothing. Our own `router()` refuses such a mutation; should one get through, no client has it. */
  undeclared: t.procedure.mutation(() => 1),
});
export type ShopRouter = typeof router;
