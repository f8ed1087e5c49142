import type { Claim, IdempotencyRecord, RecordId, SettledState, StepResult } from './record.ts';

/** A record, or its absence, with the store's clock at that moment. */
export interface Reading {
  readonly record: IdempotencyRecord | null;
  readonly now: Date;
}

export interface NewRecord extends RecordId, Claim {
  /** When the key was made: the claim itself tests it against the window, by the store's clock. */
  readonly keyMadeAtMs: number;
  readonly windowBackMs: number;
  readonly windowAheadMs: number;
  readonly operationId: string;
  readonly principal: string;
  readonly fingerprint: string;
  readonly policyVersion: number;
  readonly leaseMs: number;
  /** The parsed input as JSON text, for whoever has to finish the operation. */
  readonly input: string;
}

export interface Settlement {
  readonly state: SettledState;
  /** JSON text, or null for `void`. */
  readonly outcome: string | null;
}

/** A record's content in the form of another policy version. */
export interface Upgrade {
  readonly policyVersion: number;
  readonly fingerprint: string;
  /** JSON text. */
  readonly input: string;
  readonly steps: Readonly<Record<string, StepResult>>;
}

/** Records of one procedure, in one version of its policy. */
export interface RecordKind {
  readonly procedure: string;
  readonly policyVersion: number;
}

/** One open transaction of the store. `tx` is the application's handle on the same transaction. */
export interface Session<Tx> {
  readonly tx: Tx;
  /**
   * Inserts the record if its key lies in the window and isn't taken. Waits for a transaction that has
   * inserted the same identity and is still open: the unique index is the wait queue.
   * @returns whether this session now holds the claim
   */
  claim(record: NewRecord): Promise<boolean>;
  /** Reads the record and locks it; waits for a transaction that wrote it and is still open. */
  lock(id: RecordId): Promise<IdempotencyRecord | null>;
  /** Runs `work`; when it throws, its writes are undone, the claim stays, and the error comes through. */
  savepoint<R>(work: () => Promise<R>): Promise<R>;
  /**
   * Stores finished steps (name to result as JSON text), sets the direction and renews the lease.
   * @throws ClaimLost when the claim doesn't hold the record
   */
  saveSteps(
    id: RecordId,
    claim: Claim,
    results: Readonly<Record<string, string>>,
    as: { state: 'running' | 'compensating'; leaseMs: number },
  ): Promise<void>;
  /** Stores the outcome and forgets the input. @throws ClaimLost when the claim doesn't hold the record */
  settle(id: RecordId, claim: Claim, settlement: Settlement): Promise<void>;
}

/**
 * Where records live. A store decides nothing: it makes the statements that `decide` and the steps ask
 * for, each atomic. Every store passes the contract suite in `testing/`.
 */
export interface Store<Tx> {
  /**
   * Runs `work` in one READ COMMITTED transaction and commits.
   * @throws StoreUnavailable when the store can't be reached; nothing was committed
   * @throws CommitUnknown when COMMIT was sent and its answer is missing
   * @throws TransactionAborted when the store undid it (deadlock, lock timeout) and it may be repeated
   * @throws whatever `work` throws, after rolling back
   */
  transaction<R>(work: (session: Session<Tx>) => Promise<R>): Promise<R>;
  read(id: RecordId): Promise<Reading>;
  /**
   * Takes an abandoned record over, if it is still held by `from` and by the store's clock its lease is
   * over and its next try due: raises the fence, sets the new holder, counts the try.
   */
  takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null>;
  /** Rewrites what an older version stored, for a record that the claim holds. */
  upgrade(id: RecordId, claim: Claim, to: Upgrade): Promise<boolean>;
  /** Extends the lease of a record that the claim still holds. */
  renew(id: RecordId, claim: Claim, leaseMs: number): Promise<boolean>;
  /**
   * Gives the lease back at once, so that the next try needn't wait for it to run out. `stuck` gives up
   * someone else's work, so it also asks that the lease is over; and it is a person who ends it.
   */
  release(
    id: RecordId,
    claim: Claim,
    as: { state: 'running' | 'outcome_unknown' | 'stuck'; retryInMs: number },
  ): Promise<boolean>;
  /**
   * Gives a stuck record one more try, due at once: in its own direction if it is being undone, else as
   * one whose outcome is unknown, so that the completer goes on and no caller does.
   */
  reopen(id: RecordId, claim: Claim): Promise<boolean>;
  /**
   * Unsettled records whose lease is over and whose next try is due, oldest first; only those of the given
   * kinds, if some are given. What a completer can't finish must not stand in the way of what it can.
   */
  abandoned(limit: number, kinds?: readonly RecordKind[]): Promise<RecordId[]>;
}

/** The store can't be reached, or answered that it can't serve. Nothing was committed. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** COMMIT was sent and its answer is missing: only a statement that queues behind it can tell. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/**
 * A write found no record that its claim holds, although it had been locked: a store that forgets may take
 * an old record out of sight for a moment. Whose operation it is now has to be asked anew.
 */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';

  constructor(id: RecordId) {
    super(`The claim doesn't hold ${id.procedure} ${id.key}`);
  }
}

/** The store undid the transaction; repeating it is safe. */
export class TransactionAborted extends Error {
  override readonly name = 'TransactionAborted';
  /** A `lock_timeout` says that someone else still works; the others are worth an immediate repeat. */
  readonly reason: 'deadlock' | 'serialization' | 'lock_timeout';

  constructor(reason: 'deadlock' | 'serialization' | 'lock_timeout', options?: { cause?: unknown }) {
    super(`The store undid the transaction: ${reason}`, options);
    this.reason = reason;
  }
}
