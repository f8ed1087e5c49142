import { createTRPCClient, splitLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import type { AttemptStore } from './attempt-store.ts';
import { emitTo } from './client-event.ts';
import type { ClientEvent, Emit } from './client-event.ts';
import type { ClientLimits } from './client-limits.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { mintKey } from './key.ts';
import type { RandomBytes } from './key.ts';
import type { KeyedProcedure, KeyedProcedures } from './keyed-procedure.ts';
import { acknowledgement } from './links/acknowledgement.ts';
import { attempts } from './links/attempts.ts';
import { http } from './links/http.ts';
import { retry } from './links/retry.ts';
import { sent } from './links/sent.ts';
import type {
  KeyedClient,
  KeyedRouter,
  MutationInput,
  MutationPath,
  MutationResult,
  OpenClient,
  OpenRouter,
} from './router-split.ts';
import { ServerClock } from './server-clock.ts';
import type { Fetch } from './strict-fetch.ts';

/** What both clients need. */
export interface ClientOptions {
  /** Where tRPC is mounted: `/api/trpc`. */
  readonly url: string;
  readonly limits: ClientLimits;
  /** Shared by a page's clients, so that the first key already knows what earlier answers told. */
  readonly serverClock?: ServerClock | undefined;
  readonly fetch?: Fetch | undefined;
  readonly clock?: Clock | undefined;
  /** Uniform in [0, 1); spreads the pauses between attempts. */
  readonly random?: (() => number) | undefined;
  readonly onEvent?: ((event: ClientEvent) => void) | undefined;
}

export interface KeyedClientOptions<TRouter extends AnyTRPCRouter> extends ClientOptions {
  /**
   * An opaque, lasting mark of the customer whom this page serves, not the secret in the cookie. It keeps one
   * customer's pending attempts from being resumed as another's, on a shared machine.
   */
  readonly customer: string;
  readonly store: AttemptStore;
  /** One entry for each keyed mutation of the router. A missing one doesn't compile. */
  readonly procedures: KeyedProceduresOf<TRouter>;
  /** For repeatable runs. Keys are random otherwise. */
  readonly randomBytes?: RandomBytes | undefined;
}

export type KeyedProceduresOf<TRouter extends AnyTRPCRouter> = {
  readonly [Path in MutationPath<KeyedClient<TRouter>>]: KeyedProcedure<
    MutationInput<KeyedClient<TRouter>, Path>,
    MutationResult<KeyedClient<TRouter>, Path>
  >;
};

/**
 * The client for mutations that need a key: it has these alone, and they have no other way out.
 *
 * ```
 *  mutate(input)
 *     │
 *  attempts         one key an intent, stored before anything is sent, cleared by a definite answer
 *     │
 *  retry            the same operation and key, until an answer or the end of the budget
 *     │
 *  (breaker)        its place, when there is one: it sees each attempt
 *     │
 *  sent             counts each request in the store before it leaves
 *     │
 *  acknowledgement  only an answer that the procedure's schema accepts is one
 *     │
 *  http             unbatched; status, content type and body must agree
 *     ▼
 *  POST  Idempotency-Key, X-Attempt, X-Retry-Reason
 * ```
 *
 * Its errors are read with `outcomeOf` or `outcomeOfError`. Other retries (React Query's) must be off: each
 * would multiply the budget of this one.
 */
export function createKeyedClient<TRouter extends AnyTRPCRouter>(
  options: KeyedClientOptions<TRouter>,
): KeyedClient<TRouter> {
  const { customer, store, randomBytes } = options;
  const { limits, clock, serverClock, random, emit, fetch, url } = completed(options);
  const procedures: KeyedProcedures = options.procedures;
  const mint = (serverNowMs: number) => mintKey(serverNowMs, randomBytes);
  return createTRPCClient<KeyedRouter<TRouter>>({
    links: [
      attempts({ customer, store, procedures, serverClock, mint, emit }),
      retry({ limits, clock, random, emit }),
      sent({ store }),
      acknowledgement(procedures),
      http({ url, fetch, serverClock }),
    ],
  });
}

/**
 * The client for queries and for mutations that may be repeated as they are; keyed ones don't exist on it.
 *
 * Mutations are retried like the keyed ones. Queries get one attempt with its time limit: whoever asks (React
 * Query) asks again by itself, and two that retry multiply.
 */
export function createOpenClient<TRouter extends AnyTRPCRouter>(options: ClientOptions): OpenClient<TRouter> {
  const { limits, clock, serverClock, random, emit, fetch, url } = completed(options);
  const oneAttempt = { ...limits, maxAttempts: 1 };
  const last = http({ url, fetch, serverClock });
  return createTRPCClient<OpenRouter<TRouter>>({
    links: [
      splitLink({
        condition: (op) => op.type === 'mutation',
        true: [retry({ limits, clock, random, emit }), last],
        false: [retry({ limits: oneAttempt, clock, random, emit }), last],
      }),
    ],
  });
}

function completed(options: ClientOptions) {
  const { url, limits, clock = systemClock, random = Math.random, onEvent } = options;
  const {
    serverClock = new ServerClock(clock),
    // Looked up late, so that a page's instrumentation of fetch isn't passed by.
    fetch = (url: string, init: RequestInit) => globalThis.fetch(url, init),
  } = options;
  const emit: Emit = emitTo(onEvent);
  return { url, limits, clock, random, serverClock, fetch, emit };
}
