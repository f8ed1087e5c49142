import { AttemptNotSent, AttemptPending, OutcomeUnknownToClient } from './attempt-errors.ts';
import { findCause } from './find-cause.ts';
import type { PendingAttempt } from './pending-attempt.ts';
import { refusalOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What a page can say about a call: whether it took effect, whether it may be tried anew. */
export type AttemptOutcome<Result> =
  /** Done, with the server's word for it. */
  | { readonly kind: 'succeeded'; readonly result: Result }
  /** Not done, and never will be under this key. Another try gets a new key. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The key was closed before it did anything, and never will. Another try gets a new key. */
  | { readonly kind: 'closed' }
  /**
   * Done, or not, or not yet: offer no other payment, but to find out or to try the same again. The attempt is
   * null only for an error that came from no keyed call.
   */
  | { readonly kind: 'unknown'; readonly attempt: PendingAttempt | null; readonly why: Uncertainty }
  /** Nothing was sent, for this attempt at the same intent has other details and an unknown outcome. */
  | { readonly kind: 'blocked'; readonly attempt: PendingAttempt }
  /** Nothing was sent at all. */
  | { readonly kind: 'not-sent'; readonly error: Error };

/** What is known of an unknown outcome. */
export interface Uncertainty {
  readonly operationId: string | null;
  /** The operation's state, when the server was asked and said. */
  readonly state: string | null;
  /** The last answer, if it was one: OPERATION_IN_PROGRESS, BEING_VERIFIED, IDEMPOTENCY_KEY_EXPIRED … */
  readonly refusal: Refusal | null;
}

/** Waits for a keyed call and reads its end. Never rejects. */
export async function outcomeOf<Result>(call: Promise<Result>): Promise<AttemptOutcome<Result>> {
  try {
    return { kind: 'succeeded', result: await call };
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** Reads the error of a keyed call. What it doesn't understand, it calls unknown: that is always safe. */
export function outcomeOfError(error: unknown): AttemptOutcome<never> {
  // Its cause is often a refusal: it must be looked for first.
  const unknown = findCause(error, OutcomeUnknownToClient);
  if (unknown !== null) {
    const refusal = refusalOf(unknown.cause);
    return {
      kind: 'unknown',
      attempt: unknown.attempt,
      why: { operationId: unknown.operationId, state: null, refusal },
    };
  }
  const pending = findCause(error, AttemptPending);
  if (pending !== null) return { kind: 'blocked', attempt: pending.attempt };
  const notSent = findCause(error, AttemptNotSent);
  if (notSent !== null) return { kind: 'not-sent', error: notSent };
  const refusal = refusalOf(error);
  if (refusal?.definite === true) return refusedBy(refusal);
  return { kind: 'unknown', attempt: null, why: { operationId: null, state: null, refusal } };
}

/** The outcome that a definite refusal stands for. */
export function refusedBy(refusal: Refusal): AttemptOutcome<never> {
  return refusal.code === 'OPERATION_CLOSED' ? { kind: 'closed' } : { kind: 'refused', refusal };
}
