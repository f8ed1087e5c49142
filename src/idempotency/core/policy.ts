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
  /**
   * How older versions parsed the input. A retry across a deployment is compared under the version
   * that stored its record: a default added since must not turn it into a reused key.
   */
  readonly previousInputs?: Readonly<Record<number, (rawInput: unknown) => unknown>>;
}

/** Milliseconds until try number `tries` + 1. */
export function backoffMs(policy: Policy, tries: number): number {
  return Math.min(policy.backoffCapMs, policy.backoffBaseMs * 2 ** Math.min(tries, 20));
}
