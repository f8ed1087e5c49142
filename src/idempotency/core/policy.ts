/** What one procedure promises about its keys. The published contract is made from it. */
export interface Policy {
  /** Raised when the stored answer or the meaning of the input changes. */
  readonly version: number;
  /** How long a key is good for, around the time at which it was made. */
  readonly windowBackMs: number;
  readonly windowAheadMs: number;
  readonly leaseMs: number;
  readonly renewalDeadlineMs: number;
  readonly joinMs: number;
  /** Takeovers before the operation is `stuck`. */
  readonly maxTries: number;
  /** Pause before the next try after a failure: doubles from base to cap. */
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** Codes of the business refusals that are stored and replayed. */
  readonly storedRefusals: readonly string[];
  readonly retryAdvice: string;
  readonly compensation: string;
  /** Every older version whose records may still be met: those inside the window, at least. */
  readonly previous?: Readonly<Record<number, PreviousVersion>>;
}

/**
 * How this version reads what an older one wrote. What isn't declared is refused clearly or left to the
 * nodes of that version: never guessed.
 */
export interface PreviousVersion {
  /**
   * Parses a request as that version did. A retry across a deployment is compared under the version
   * that stored its record: a default added since must not turn it into a reused key.
   */
  parseInput(rawInput: unknown): unknown;
  /** Goes on with what that version began. Absent: only nodes of that version do. */
  readonly resume?: {
    /** From its parsed input to this version's. The same request must come out equal both ways. */
    input(stored: unknown): unknown;
    /** From its finished steps' results to this version's. Absent: they are the same. */
    steps?(results: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  };
  /** From its stored answer to this version's. Absent: a replay is refused. Refusals need none: all are problems. */
  answer?(stored: unknown): unknown;
}

const MINUTE_MS = 60_000;

/** A start. What a procedure stores as refusals, and what it tells its callers, is its own. */
export const defaultPolicy: Policy = {
  version: 1,
  // A retry after a long weekend; five minutes for clocks that run ahead.
  windowBackMs: 72 * 60 * MINUTE_MS,
  windowAheadMs: 5 * MINUTE_MS,
  // How soon a dead holder's work may be taken over; a living one renews its lease, for so long.
  leaseMs: 5_000,
  renewalDeadlineMs: 30_000,
  // Shorter than the timeout of any caller.
  joinMs: 3_000,
  maxTries: 20,
  backoffBaseMs: 250,
  backoffCapMs: 10_000,
  storedRefusals: [],
  retryAdvice: 'Send the same call with the same key until the answer is definite.',
  compensation: 'None.',
};

/** Milliseconds until try number `tries` + 1. */
export function backoffMs(policy: Policy, tries: number): number {
  return Math.min(policy.backoffCapMs, policy.backoffBaseMs * 2 ** Math.min(tries, 20));
}
