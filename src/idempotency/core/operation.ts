import type { Attempt, EngineEvent, EngineListener } from './events.ts';
import { Refusal } from './errors.ts';
import type { Failpoint, FailpointName } from './failpoint.ts';
import type { Fingerprints } from './fingerprint.ts';
import { keepLease } from './lease.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import type { Policy } from './policy.ts';
import type { Ports } from './ports.ts';
import { problemOfRefusal } from './problem.ts';
import { COMPENSATE, type Claim, type IdempotencyRecord, type RecordId } from './record.ts';
import { ClaimLost, CommitUnknown, TransactionAborted, type Session, type Store } from './store.ts';

/** How often one transaction is repeated after a deadlock or an unknown COMMIT, before its caller is told. */
const MAX_REPEATS = 4;

/** Returned from a transaction: settle the operation here, with this answer, and run no further step. */
export class Finished<R> {
  readonly value: R;
  constructor(value: R) {
    this.value = value;
  }
}

export interface RemoteAttempt {
  /** Derived from operation and step: whoever makes this call, it sends the same key. */
  readonly key: string;
  /** True when an earlier holder may have made this call already: look before you repeat it. */
  readonly repeated: boolean;
  /** Takeovers of this operation so far; lets a step give up in order. */
  readonly tries: number;
}

/**
 * What a mutation works with.
 *
 * ```ts
 * const order  = await operation.transact('reserve', (tx) => reserve(tx, input)); // claim and step 1: one commit
 * const charge = await operation.remote('charge', ({ key }) => payments.confirm(order, key));
 * return         await operation.settle((tx) => confirm(tx, order, charge));      // effects and answer: one commit
 * ```
 *
 * A mutation that is one transaction is `operation.settle(…)` alone: claim, effects and answer in one
 * commit. Whatever a mutation does before its first `transact` or `settle`, it also does for a
 * duplicate: begin with it.
 */
export interface Operation<Tx> {
  /** `op_…`; known from the first call on. */
  readonly id: string;
  /**
   * One step in one transaction. A finished step isn't run again: its stored result comes back.
   * A `Refusal` thrown by `work` undoes the step's writes and settles the operation with it; one that
   * is returned settles it and keeps the writes.
   */
  transact<R>(step: string, work: (tx: Tx) => Promise<R | Refusal | Finished<unknown>>): Promise<R>;
  /** A call to someone else, outside any transaction. Throw `OutcomeUnknown` when its answer is missing. */
  remote<R>(step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R>;
  /** Why it is being undone; null while it goes forward. Ask it before each step that only goes forward. */
  readonly compensating: string | null;
  /**
   * Turns round, for good, in a commit of its own: from then on whoever holds this operation undoes it. What
   * follows are the steps that undo, and a `settle` that ends in a `Refusal`.
   */
  compensate(reason: string): Promise<void>;
  /** The last step: its effects and the stored answer commit together. */
  settle<R>(work: (tx: Tx) => Promise<R | Refusal>): Promise<R>;
}

const SETTLED = 'The operation is settled.';
const LOST = 'Someone else holds this operation.';

/** Thrown out of a step to stop the mutation's function, once the operation is settled or lost. */
export class OperationEnded extends Error {
  override readonly name = 'OperationEnded';
}

export interface OperationOptions<Tx> {
  readonly store: Store<Tx>;
  readonly ports: Ports;
  readonly emit: EngineListener;
  readonly failpoint: Failpoint | undefined;
  readonly attempt: Attempt | null;
  readonly policy: Policy;
  readonly id: RecordId;
  readonly keyMadeAtMs: number;
  readonly principal: string;
  readonly fingerprints: Fingerprints;
  /** The parsed input as JSON text. */
  readonly input: string;
}

/** What a transaction came to: a result, or the operation's end. */
type Committed = { readonly text: string } | { readonly end: Outcome };

/** The one holder's view of an operation, from its claim to its end. */
export class HeldOperation<Tx> implements Operation<Tx> {
  readonly #options: OperationOptions<Tx>;
  readonly #claim: Claim;
  readonly #operationId: string;
  #claimed = false;
  /** True after a first COMMIT without an answer: the claim may stand, in our name. */
  #claimUncertain = false;
  #tries = 0;
  #steps: Record<string, string> = {};
  /** Results of remote steps, stored with the next commit. */
  #unsaved: Record<string, string> = {};
  #outcome: Outcome | null = null;
  #lost = false;
  #stopRenewals: (() => void) | null = null;

  private constructor(options: OperationOptions<Tx>, claim: Claim, operationId: string) {
    this.#options = options;
    this.#claim = claim;
    this.#operationId = operationId;
  }

  /** An operation that its first transaction will claim. */
  static unclaimed<Tx>(options: OperationOptions<Tx>): HeldOperation<Tx> {
    const claim = { fence: 1, holder: options.ports.newHolderToken() };
    return new HeldOperation(options, claim, options.ports.newOperationId());
  }

  /** An operation that was just taken over. */
  static takenOver<Tx>(options: OperationOptions<Tx>, record: IdempotencyRecord): HeldOperation<Tx> {
    const operation = new HeldOperation(
      options,
      { fence: record.fence, holder: record.holder },
      record.operationId,
    );
    operation.#hold(record);
    return operation;
  }

  get id(): string {
    return this.#operationId;
  }

  get claim(): Claim {
    return this.#claim;
  }

  /** Whether a claim is (or may be) stored in this holder's name. */
  get claimed(): boolean {
    return this.#claimed || this.#claimUncertain;
  }

  get compensating(): string | null {
    const reason = this.#steps[COMPENSATE];
    return reason === undefined ? null : (JSON.parse(reason) as string);
  }

  get tries(): number {
    return this.#tries;
  }

  /** Set once the operation is settled by this holder. */
  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** True once someone else was found to hold the key or the operation. */
  get lost(): boolean {
    return this.#lost;
  }

  async transact<R>(step: string, work: (tx: Tx) => Promise<R | Refusal | Finished<unknown>>): Promise<R> {
    this.#mustGoOn();
    if (step === COMPENSATE) throw new Error(`Bug: '${COMPENSATE}' is the name of the turn itself`);
    const finished = this.#steps[step];
    if (finished !== undefined) return JSON.parse(finished) as R;
    return JSON.parse(await this.#commit(step, work, 'step')) as R;
  }

  async compensate(reason: string): Promise<void> {
    this.#mustGoOn();
    if (!this.#claimed) throw new Error('Bug: there is nothing to compensate before the first transaction');
    if (this.compensating !== null) return;
    await this.#commit(COMPENSATE, () => Promise.resolve(reason), 'step');
    this.#emit({ type: 'compensating', reason, fence: this.#claim.fence });
  }

  async settle<R>(work: (tx: Tx) => Promise<R | Refusal>): Promise<R> {
    this.#mustGoOn();
    return JSON.parse(await this.#commit('settle', work, 'settlement')) as R;
  }

  async remote<R>(step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R> {
    this.#mustGoOn();
    if (!this.#claimed) throw new Error(`Bug: the remote step '${step}' comes before the first transaction`);
    const finished = this.#steps[step];
    if (finished !== undefined) return JSON.parse(finished) as R;
    const text = toJson(await this.#call(step, call));
    this.#steps[step] = text;
    this.#unsaved[step] = text;
    return JSON.parse(text) as R;
  }

  async #call<R>(step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R> {
    const startedMs = this.#options.ports.monotonicMs();
    let answered = false;
    try {
      await this.#at('before_remote', step);
      const result = await call({
        key: `${this.#operationId}:${step}`,
        repeated: this.#claim.fence > 1,
        tries: this.#tries,
      });
      answered = true;
      await this.#at('after_remote', step);
      return result;
    } finally {
      const durationMs = this.#options.ports.monotonicMs() - startedMs;
      this.#emit({ type: 'remote_called', step, fence: this.#claim.fence, answered, durationMs });
    }
  }

  /** Ends the work of this holder: the lease is no longer renewed. */
  end(): void {
    this.#stopRenewals?.();
  }

  /**
   * Runs one transaction until its fate is known. An unknown COMMIT is resolved by beginning the same
   * transaction anew: its first statement (the claim, or the lock on the record) queues behind the
   * open COMMIT, so what it then sees is final. A plain SELECT might look too early.
   */
  async #commit(
    step: string,
    work: (tx: Tx) => Promise<unknown>,
    kind: 'step' | 'settlement',
  ): Promise<string> {
    const startedMs = this.#options.ports.monotonicMs();
    for (let repeats = 0; ; repeats++) {
      try {
        await this.#at('before_transaction', step);
        const result = await this.#options.store.transaction((session) =>
          this.#attempt(session, step, work, kind),
        );
        await this.#at('after_commit', step);
        if ('end' in result) this.#endWith(result.end);
        if (kind === 'settlement') {
          this.#settled({ kind: 'succeeded', text: result.text });
        } else {
          this.#committed();
          this.#steps[step] = result.text;
          const durationMs = this.#options.ports.monotonicMs() - startedMs;
          this.#emit({ type: 'step_finished', step, fence: this.#claim.fence, durationMs });
        }
        return result.text;
      } catch (error) {
        // Lost is lost, whatever the store says of the rollback.
        if (this.#lost) throw error;
        if (error instanceof CommitUnknown) {
          this.#claimUncertain ||= !this.#claimed;
          this.#emit({ type: 'commit_unknown', step, fence: this.#claim.fence });
          if (repeats < MAX_REPEATS) continue;
        }
        if (error instanceof TransactionAborted) {
          // Someone else's claim is still open: not ours to wait for again.
          if (!this.#claimed && error.reason === 'lock_timeout') this.#lose();
          if (repeats < MAX_REPEATS) continue;
        }
        if (error instanceof ClaimLost) {
          this.#emit({ type: 'fenced', fence: this.#claim.fence });
          this.#lose();
        }
        throw error;
      }
    }
  }

  async #attempt(
    session: Session<Tx>,
    step: string,
    work: (tx: Tx) => Promise<unknown>,
    kind: 'step' | 'settlement',
  ): Promise<Committed> {
    const committed = await this.#enter(session, step, kind);
    await this.#at('entered', step);
    if (committed !== null) return committed;

    let value: unknown;
    try {
      value = await session.savepoint(() => work(session.tx));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      value = error;
    }

    const result = await this.#store(session, step, kind, value);
    await this.#at('before_commit', step);
    return result;
  }

  /** Writes what the step came to into its own transaction. */
  async #store(
    session: Session<Tx>,
    step: string,
    kind: 'step' | 'settlement',
    value: unknown,
  ): Promise<Committed> {
    const { id, policy } = this.#options;
    if (value instanceof Refusal) {
      const text = JSON.stringify(problemOfRefusal(value, this.#operationId));
      await session.settle(id, this.#claim, { state: 'failed', outcome: text });
      return { end: { kind: 'failed', text } };
    }
    if (this.compensating !== null && (kind === 'settlement' || value instanceof Finished))
      throw new Error('Bug: what was undone can only be settled with a refusal');
    if (value instanceof Finished) {
      const text = toJson(value.value);
      await session.settle(id, this.#claim, { state: 'succeeded', outcome: text });
      return { end: { kind: 'succeeded', text } };
    }
    const text = toJson(value);
    if (kind === 'settlement') {
      await session.settle(id, this.#claim, { state: 'succeeded', outcome: text });
    } else {
      const state = step === COMPENSATE || this.compensating !== null ? 'compensating' : 'running';
      const results = { ...this.#unsaved, [step]: text };
      await session.saveSteps(id, this.#claim, results, { state, leaseMs: policy.leaseMs });
    }
    return { text };
  }

  /**
   * Claims the key, or locks the record and tests the fence; in either case nobody else gets past.
   * @returns what an earlier COMMIT without an answer has come to; null where there was none
   */
  async #enter(session: Session<Tx>, step: string, kind: 'step' | 'settlement'): Promise<Committed | null> {
    const { id, policy, fingerprints } = this.#options;
    if (!this.#claimed) {
      const won = await session.claim({
        ...id,
        ...this.#claim,
        keyMadeAtMs: this.#options.keyMadeAtMs,
        windowBackMs: policy.windowBackMs,
        windowAheadMs: policy.windowAheadMs,
        operationId: this.#operationId,
        principal: this.#options.principal,
        fingerprint: fingerprints.get(policy.version) ?? '',
        policyVersion: policy.version,
        leaseMs: policy.leaseMs,
        input: this.#options.input,
      });
      if (won) return null;
      if (!this.#claimUncertain) return this.#lose();
    }

    const record = await session.lock(id);
    const holds = record?.holder === this.#claim.holder && record.fence === this.#claim.fence;
    if (!holds) {
      if (this.#claimed) this.#emit({ type: 'fenced', fence: this.#claim.fence });
      return this.#lose();
    }
    const outcome = outcomeOf(record);
    if (outcome !== null)
      return kind === 'settlement' && outcome.kind === 'succeeded'
        ? { text: outcome.text }
        : { end: outcome };
    const finished = record.steps[step];
    if (finished !== undefined) return { text: finished.result };
    // It was given up meanwhile, and is a person's now.
    if (record.state === 'stuck') return this.#lose();
    return null;
  }

  #hold(record: IdempotencyRecord): void {
    this.#claimed = true;
    this.#tries = record.tries;
    for (const [step, { result }] of Object.entries(record.steps)) this.#steps[step] = result;
    this.#keepLease();
  }

  #committed(): void {
    if (!this.#claimed) {
      this.#claimed = true;
      this.#emit({ type: 'claimed' });
      this.#keepLease();
    }
    this.#unsaved = {};
  }

  #keepLease(): void {
    const { store, ports, policy, id } = this.#options;
    this.#stopRenewals = keepLease(store, ports, policy, id, this.#claim);
  }

  #settled(outcome: Outcome): void {
    if (!this.#claimed) this.#emit({ type: 'claimed' });
    this.#outcome = outcome;
    this.#emit({ type: 'settled', state: outcome.kind, fence: this.#claim.fence });
  }

  #endWith(outcome: Outcome): never {
    this.#settled(outcome);
    throw new OperationEnded(SETTLED);
  }

  /** A mutation that caught its own end gets no further: its next step would be nobody's. */
  #mustGoOn(): void {
    if (this.#outcome !== null) throw new OperationEnded(SETTLED);
    if (this.#lost) throw new OperationEnded(LOST);
  }

  #lose(): never {
    this.#lost = true;
    throw new OperationEnded(LOST);
  }

  #emit(event: DistributiveOmit<EngineEvent, 'id' | 'operationId' | 'attempt'>): void {
    const { emit, id, attempt } = this.#options;
    emit({ ...event, id, operationId: this.#operationId, attempt });
  }

  async #at(point: FailpointName, step: string): Promise<void> {
    const { failpoint, id } = this.#options;
    await failpoint?.({ point, id, operationId: this.#operationId, step, fence: this.#claim.fence });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** JSON text of a result; nothing at all is `null`, so that an empty answer is an answer too. */
function toJson(value: unknown): string {
  return JSON.stringify(value === undefined ? null : value);
}
