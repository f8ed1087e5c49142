import type { RecordId } from './record.ts';

/**
 * The boundaries at which a process may die or stand still, and the protocol must hold: before and after
 * everything that takes effect outside the process.
 */
export const failpoints = [
  /** Before a transaction begins; for the first one, before the claim. */
  'before_transaction',
  /** In the transaction: the claim is inserted, or the record locked and the fence tested. */
  'entered',
  /** In the transaction: all is written, COMMIT comes next. */
  'before_commit',
  /** The COMMIT was answered. */
  'after_commit',
  'before_remote',
  /** The remote side has answered, and nothing of it is stored. */
  'after_remote',
  'before_take_over',
  'after_take_over',
  /** Before the lease is given back after a failure. */
  'before_release',
  'after_release',
  /** The outcome is known, and the caller hasn't been told. */
  'before_answer',
] as const;

export type FailpointName = (typeof failpoints)[number];

/** Where in which operation. */
export interface FailpointHit {
  readonly point: FailpointName;
  readonly id: RecordId;
  readonly operationId: string | null;
  /** The step's name; `settle` for the settlement; null where no step is meant. */
  readonly step: string | null;
  readonly fence: number | null;
}

/**
 * Is awaited at each boundary. For tests, which crash or hold a process exactly there; an engine that is
 * given none has none.
 */
export type Failpoint = (hit: FailpointHit) => Promise<void>;
