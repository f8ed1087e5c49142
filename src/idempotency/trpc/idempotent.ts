import { TRPCError } from '@trpc/server';
import {
  answer,
  fingerprints,
  IdempotencyError,
  parseKey,
  StoredRefusal,
  type Attempt,
  type Engine,
  type Operation,
  type Policy,
} from '../core/index.ts';

/** What the middleware takes from the request's context. */
export interface CallContext<Tx> {
  readonly engine: Engine<Tx>;
  /** Owner of what changes. */
  readonly scope: string;
  /** Who asks: the owner, or an operator acting for them. */
  readonly principal: string;
  /** The `Idempotency-Key` header. */
  readonly idempotencyKey: string | null;
  /** What the `X-Attempt` and `X-Retry-Reason` headers say. */
  readonly attempt?: Attempt | null | undefined;
  /** Whether the call came in a batch with others. */
  readonly isBatch: boolean;
  readonly responseHeaders: Pick<Headers, 'set'>;
}

/** The transaction of the store that a context's engine is on. */
type TxOf<Ctx> = Ctx extends { readonly engine: Engine<infer Tx> } ? Tx : never;

/**
 * Wraps a resolver, so that it runs once a key: `.mutation(idempotent(policy, resolver))`. It stands after
 * `.input`: before it there is no parsed input to take the fingerprint of.
 *
 * `rawInput` is what `getRawInput` of a middleware gives. Only a policy that knows older versions needs it:
 * they parsed it in their own way.
 */
export function idempotent<Ctx extends CallContext<unknown>, Input, Output>(
  policy: Policy,
  resolver: (options: { ctx: Ctx; input: Input; operation: Operation<TxOf<Ctx>> }) => Promise<Output>,
) {
  return async (options: { ctx: Ctx; input: Input; rawInput?: unknown; path: string }): Promise<Output> => {
    const { ctx, input, rawInput, path } = options;
    const engine = ctx.engine as Engine<TxOf<Ctx>>;
    const { responseHeaders } = ctx;
    if (policy.previous !== undefined && !('rawInput' in options))
      throw new Error(`Bug: ${path} has older versions, which can't be compared without the raw input`);
    try {
      // One header, several calls: they would all be the same operation.
      if (ctx.isBatch) throw new IdempotencyError('IDEMPOTENCY_KEY_BATCHED');
      const settled = await engine.run(
        {
          key: parseKey(ctx.idempotencyKey),
          scope: ctx.scope,
          principal: ctx.principal,
          procedure: path,
          policy,
          fingerprints: fingerprints(engine.ports, policy, input, rawInput),
          input: JSON.stringify(input),
          ...(ctx.attempt && { attempt: ctx.attempt }),
        },
        (operation) => resolver({ ctx, input, operation }),
      );
      responseHeaders.set('X-Operation-Id', settled.operationId);
      if (settled.replayed) responseHeaders.set('Idempotent-Replayed', 'true');
      return answer(settled) as Output;
    } catch (error) {
      throw asTrpcError(error, responseHeaders);
    }
  };
}

/** tRPC's error, with the engine's as its cause for the error formatter, and Retry-After in the headers. */
export function asTrpcError(error: unknown, responseHeaders: Pick<Headers, 'set'>): unknown {
  if (error instanceof IdempotencyError) {
    if (error.retryAfterMs !== null)
      responseHeaders.set('Retry-After', String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000))));
    if (error.operationId !== null) responseHeaders.set('X-Operation-Id', error.operationId);
    return new TRPCError({ code: 'CONFLICT', message: error.message, cause: error });
  }
  if (error instanceof StoredRefusal)
    return new TRPCError({ code: 'CONFLICT', message: error.message, cause: error });
  return error;
}
