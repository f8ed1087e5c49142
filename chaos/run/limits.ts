import type { RunFacts } from '../final-state.ts';

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
} as const;

export type ClientLimits = { readonly [Name in keyof typeof CLIENT_LIMITS]: number };

/** Between the end of a client's patience and the moment at which the harness has written it down, on a busy machine. */
const ROOM_MS = 1_500;

/** The limits that the liveness checkers hold the run to. */
export const RUN_LIMITS: RunFacts['limits'] = {
  attemptMs: CLIENT_LIMITS.attemptTimeoutMs + ROOM_MS,
  // The last attempt may begin just before the budget is used up.
  callMs: CLIENT_LIMITS.totalBudgetMs + CLIENT_LIMITS.attemptTimeoutMs + ROOM_MS,
  attemptsPerCall: CLIENT_LIMITS.maxAttempts,
  // A lease runs out, the completer looks, the provider is asked, and a backoff or two lies between.
  settleMs: 30_000,
};
