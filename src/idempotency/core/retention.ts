/** What one round of forgetting came to. */
export interface Purged {
  /** The days (UTC, `YYYY-MM-DD`, oldest first) of whose keys something was forgotten. */
  readonly days: readonly string[];
  /** Settled records that are gone. */
  readonly forgotten: number;
  /** Records as old as those that aren't settled yet: they stay, and go in a round after they are. */
  readonly kept: number;
  /** Days that this round couldn't finish, with the reason. A later round goes on where this one stopped. */
  readonly postponed: readonly { readonly day: string; readonly reason: string }[];
}

/**
 * Forgets. It stands apart from `Store`: whoever calls a mutation never needs it, and a worker that
 * forgets needs nothing else.
 *
 * What holds, in every implementation:
 * - Only settled records are forgotten, by whole days of their keys. An unsettled one is neither lost
 *   nor changed; completer, inquiry and operator go on with it.
 * - A key of which something may have been forgotten can't be claimed again, window or no window.
 * - It may be interrupted anywhere and run by several at once.
 */
export interface Retention {
  /**
   * Forgets the settled records of each day whose last key was made longer ago than `keysOlderThanMs`,
   * by the *store's* clock. That has to be the longest window of any policy, and a grace beyond it.
   */
  purge(keysOlderThanMs: number): Promise<Purged>;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The day (UTC) to which a key belongs, as `YYYY-MM-DD`. */
export function dayOf(madeAtMs: number): string {
  return new Date(madeAtMs).toISOString().slice(0, 10);
}

/** Whether all keys of a day are older than `keysOlderThanMs`. */
export function isDayOlder(day: string, keysOlderThanMs: number, now: Date): boolean {
  return Date.parse(day) + DAY_MS <= now.getTime() - keysOlderThanMs;
}
