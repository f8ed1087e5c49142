import type { RunFacts } from '../final-state.ts';
import type { ClientLimits } from '../schedule/schedule.ts';

/**
 * What both clients allow themselves. Less patient than the shop's own pages, so that they retry while
 * the first attempt still runs, which is where duplicates come from.
 */
export const CLIENT_LIMITS = {
  /** Longer than a server lets a duplicate wait for the first call's outcome (3 s), or no join would ever be seen. */
  attemptTimeoutMs: 4_000,
  maxAttempts: 8,
  totalBudgetMs: 30_000,
  backoffBaseMs: 100,
  backoffCapMs: 1_000,
} as const satisfies ClientLimits;

/** What the shop's pages allow themselves: a browser is driven, not told how to be. */
export const PAGE_LIMITS = {
  attemptTimeoutMs: 15_000,
  maxAttempts: 8,
  totalBudgetMs: 60_000,
  backoffBaseMs: 250,
  backoffCapMs: 4_000,
} as const satisfies ClientLimits;

/** Between the end of a client's patience and the moment at which the harness has written it down, on a busy machine. */
const ROOM_MS = 1_500;

/** A lease runs out, the completer looks, the provider is asked, and a backoff or two lies between. */
export const SETTLE_LIMIT_MS = 30_000;

/** The limits that the liveness checkers hold a run to. */
export function runLimitsOf(limits: ClientLimits): RunFacts['limits'] {
  return {
    attemptMs: limits.attemptTimeoutMs + ROOM_MS,
    // The last attempt may begin just before the budget is used up.
    callMs: limits.totalBudgetMs + limits.attemptTimeoutMs + ROOM_MS,
    attemptsPerCall: limits.maxAttempts,
    settleMs: SETTLE_LIMIT_MS,
  };
}
