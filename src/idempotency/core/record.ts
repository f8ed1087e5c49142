/** Identity of a record. Every statement on a record carries all of it, so that it finds its partition. */
export interface RecordId {
  /** UUIDv7. */
  readonly key: string;
  /** Owner of what changes: the customer, also when an operator acts for them. */
  readonly scope: string;
  readonly procedure: string;
}

/** Who may write: the number alone isn't enough, since two takeovers may both reach number 2. */
export interface Claim {
  readonly fence: number;
  readonly holder: string;
}

export const unsettledStates = ['running', 'outcome_unknown', 'compensating', 'stuck'] as const;
export const settledStates = ['succeeded', 'failed', 'void'] as const;

/**
 * - `running`: someone works on it, or worked and may be gone.
 * - `outcome_unknown`: a remote call was sent and its answer is missing.
 * - `compensating`: it is being undone; the direction never turns back.
 * - `stuck`: given up after many tries; a person decides.
 * - `succeeded`, `failed`: settled, the answer is stored.
 * - `void`: the key was closed unused; nothing will ever execute under it.
 */
export type UnsettledState = (typeof unsettledStates)[number];
export type SettledState = (typeof settledStates)[number];
export type RecordState = UnsettledState | SettledState;

/** What a finished step left: its result as JSON text, so that a resumed operation gets equal bytes. */
export interface StepResult {
  readonly result: string;
  readonly fence: number;
  /** ISO 8601, by the store's clock. */
  readonly finishedAt: string;
}

/** The name under which the turn to compensation, and its reason, stands among the steps. */
export const COMPENSATE = 'compensate';

export interface IdempotencyRecord extends RecordId, Claim {
  readonly operationId: string;
  /** Who called first: customer or operator. */
  readonly principal: string;
  readonly fingerprint: string;
  readonly policyVersion: number;
  readonly state: RecordState;
  readonly leaseUntil: Date;
  readonly nextTryAt: Date;
  /** Takeovers so far. */
  readonly tries: number;
  readonly steps: Readonly<Record<string, StepResult>>;
  /** The parsed input as JSON text; null once settled. */
  readonly input: string | null;
  /** The stored answer as JSON text; null until settled. */
  readonly outcome: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

export function isSettled(state: RecordState): state is SettledState {
  return (settledStates as readonly RecordState[]).includes(state);
}
