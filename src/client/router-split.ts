import type { TRPCClient } from '@trpc/client';
import type { AnyTRPCRouter, TRPCBuiltRouter, TRPCRouterRecord } from '@trpc/server';

/**
 * One router, two clients: what needs a key can be called only through the chain that makes one.
 *
 * The mark is the meta that the router's builders leave on a procedure, as a literal type.
 */
type Keyed = { idempotency: 'keyed' };
type Natural = { idempotency: 'natural' };

/** The router as the keyed client sees it: its keyed mutations and nothing else. */
export type KeyedRouter<TRouter extends AnyTRPCRouter> = Only<TRouter, 'keyed'>;

/** The router as the open client sees it: queries, and mutations that may be repeated as they are. */
export type OpenRouter<TRouter extends AnyTRPCRouter> = Only<TRouter, 'open'>;

/** A mutation that declares neither guarantee is in no client. */
type Door<TProcedure> = TProcedure extends { _def: { type: 'mutation' }; meta: infer M }
  ? // Bracketed, or it would be answered for each member of a union by itself, and a meta that leaves the
    // guarantee open would count as keyed, too.
    [M] extends [Keyed]
    ? 'keyed'
    : [M] extends [Natural]
      ? 'open'
      : 'none'
  : 'open';

type OnlyRecord<TRecord, D extends 'keyed' | 'open'> = {
  [
    K in keyof TRecord as TRecord[K] extends { _def: { procedure: true } }
      ? Door<TRecord[K]> extends D
        ? K
        : never
      : K
  ]: TRecord[K] extends { _def: { procedure: true } } ? TRecord[K] : OnlyRecord<TRecord[K], D>;
};

type Only<TRouter extends AnyTRPCRouter, D extends 'keyed' | 'open'> =
  OnlyRecord<TRouter['_def']['record'], D> extends infer TRecord extends TRPCRouterRecord
    ? TRPCBuiltRouter<TRouter['_def']['_config']['$types'], TRecord>
    : never;

export type KeyedClient<TRouter extends AnyTRPCRouter> = TRPCClient<KeyedRouter<TRouter>>;
export type OpenClient<TRouter extends AnyTRPCRouter> = TRPCClient<OpenRouter<TRouter>>;

/** The paths of a client's mutations: `'checkout.placeOrder' | …`. */
export type MutationPath<TClient> = {
  [K in keyof TClient & string]: TClient[K] extends { mutate: unknown }
    ? K
    : TClient[K] extends object
      ? `${K}.${MutationPath<TClient[K]>}`
      : never;
}[keyof TClient & string];

/** What the mutation at a path takes. */
export type MutationInput<TClient, Path extends string> = Parameters<MutateAt<TClient, Path>>[0];

/** What the mutation at a path answers, as the client gets it. */
export type MutationResult<TClient, Path extends string> = Awaited<ReturnType<MutateAt<TClient, Path>>>;

type MutateAt<TClient, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? MutateAt<TClient[Head & keyof TClient], Rest>
  : TClient[Path & keyof TClient] extends { mutate: infer TMutate extends (...args: never[]) => unknown }
    ? TMutate
    : never;
