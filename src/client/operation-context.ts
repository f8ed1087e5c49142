import type { Operation } from '@trpc/client';
import type { PendingAttempt } from './pending-attempt.ts';
import type { RetryReason } from './retry-reason.ts';

/** What the links tell each other in `op.context`, and a caller the first of them. */
export interface ClientContext {
  /** From the caller: carry on with this attempt instead of looking for one, or minting one. */
  readonly resume?: PendingAttempt;
  /** From the attempts link: what the rest of the chain sends. Absent for calls that need no key. */
  readonly pending?: PendingAttempt;
  /** From the retry link: 1 for the first request that ever left under the key. */
  readonly attempt?: number;
  /** Why there is this attempt. Absent on one that nothing went before. */
  readonly reason?: RetryReason | null;
}

/** tRPC knows the context as a record of anything; all its members that are ours are named here. */
export function contextOf(op: Operation): ClientContext {
  return op.context;
}

/** The same operation with more context. */
export function withContext<Op extends Operation>(op: Op, context: ClientContext): Op {
  return { ...op, context: { ...op.context, ...context } };
}

/**
 * The context with which a keyed mutation carries on with a stored attempt:
 * `client.checkout.placeOrder.mutate(attempt.input, {context: resumeContext(attempt)})`.
 *
 * @remarks
 * Without it a call with the same input joins the stored attempt, too, but only while it is stored: had another
 * tab just settled it, the call would mint a key and begin anew.
 */
export function resumeContext(attempt: PendingAttempt): { resume: PendingAttempt } {
  return { resume: attempt };
}
