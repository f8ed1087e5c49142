import { decide, type DecisionRequest } from './decide.ts';
import {
  AlreadyInProgress,
  IdempotencyError,
  OutcomeUnknown,
  Refusal,
  type IdempotencyErrorCode,
} from './errors.ts';
import type { Attempt, CallDecision, EngineListener } from './events.ts';
import type { Failpoint } from './failpoint.ts';
import { asRefusal, refusalOf } from './failure.ts';
import type { Fingerprints } from './fingerprint.ts';
import { idOf, inquiryOf, type Inquiry, type Question } from './inquiry.ts';
import { parseKey } from './key.ts';
import { HeldOperation, type Operation, type OperationOptions } from './operation.ts';
import type { Settled } from './outcome.ts';
import { backoffMs, type Policy } from './policy.ts';
import type { Ports } from './ports.ts';
import type { IdempotencyRecord, RecordId } from './record.ts';
import type { ReplayCache } from './replay-cache.ts';
import { SingleFlight } from './single-flight.ts';
import {
  ClaimLost,
  CommitUnknown,
  StoreUnavailable,
  TransactionAborted,
  type Reading,
  type Store,
} from './store.ts';
import { outcomeIn, upgradeOf, resumableVersions } from './versions.ts';

/** One request for a mutation, with its content. */
export interface Call extends Question {
  readonly fingerprints: Fingerprints;
  /** The parsed input as JSON text. */
  readonly input: string;
  /** What the caller says of its attempt, for the listeners. */
  readonly attempt?: Attempt;
}

export interface EngineOptions<Tx> {
  readonly store: Store<Tx>;
  readonly ports: Ports;
  readonly onEvent?: EngineListener;
  /** Saves the store's round trips for calls that are repeated again and again. */
  readonly replayCache?: ReplayCache;
  /** For tests: where a process may die or stand still. */
  readonly failpoint?: Failpoint;
}

/** How to finish an operation without its caller. */
export interface Completion<Tx> {
  readonly policy: Policy;
  resume(operation: Operation<Tx>, input: unknown): Promise<unknown>;
}

/** How a call came to its outcome. */
interface Answered {
  readonly settled: Settled;
  readonly decision: Exclude<CallDecision, 'refused'>;
}

/** The mutation: the same function for the first call, a retry that resumes, and the completer. */
export type Mutation<Tx> = (operation: Operation<Tx>) => Promise<unknown>;

const POLL_FIRST_MS = 5;
/** A joined answer comes at most this much later than the answer itself. */
const POLL_CAP_MS = 50;

/** Runs each mutation once a key, however often it is called; see `decide` for what each call gets. */
export class Engine<Tx> {
  readonly #store: Store<Tx>;
  readonly #ports: Ports;
  readonly #emit: EngineListener;
  readonly #cache: ReplayCache | undefined;
  readonly #failpoint: Failpoint | undefined;
  readonly #inFlight = new SingleFlight<Answered>();

  constructor(options: EngineOptions<Tx>) {
    this.#store = options.store;
    this.#ports = options.ports;
    this.#emit = guarded(options.onEvent);
    this.#cache = options.replayCache;
    this.#failpoint = options.failpoint;
  }

  get ports(): Ports {
    return this.#ports;
  }

  /**
   * Executes `mutation` under the call's key, or finds what an earlier call with it has come to.
   * @throws IdempotencyError when there is no settled outcome to give
   */
  async run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const { scope, procedure, attempt = null } = call;
    const id = { key: call.key.kind === 'valid' ? call.key.key : '', scope, procedure };
    const startedMs = this.#ports.monotonicMs();
    const ended = (operationId: string | null, decision: CallDecision, code: IdempotencyErrorCode | null) => {
      const durationMs = this.#ports.monotonicMs() - startedMs;
      this.#emit({ type: 'answered', id, operationId, attempt, decision, code, durationMs });
    };
    try {
      const { settled, decision } = await this.#answer(call, mutation);
      await this.#failpoint?.({
        point: 'before_answer',
        id,
        operationId: settled.operationId,
        step: null,
        fence: null,
      });
      ended(settled.operationId, decision, null);
      return settled;
    } catch (error) {
      if (error instanceof IdempotencyError) ended(error.operationId, 'refused', error.code);
      throw error;
    }
  }

  /**
   * Finishes an operation whose holder died, through the same takeover and the same resume as a retry.
   * @returns the outcome, or null when someone else has it or it isn't due
   */
  async complete(id: RecordId, { policy, resume }: Completion<Tx>): Promise<Settled | null> {
    const { record, now } = await this.#store.read(id);
    const key = parseKey(id.key);
    if (record === null || key.kind !== 'valid') return null;
    // It brings no content: it goes on with what is stored.
    const fingerprints: Fingerprints = new Map();
    const { operationId, principal, fence, tries } = record;
    if (decide(record, { key, principal, fingerprints, policy, by: 'completer' }, now).do !== 'take-over')
      return null;

    if (tries >= policy.maxTries) {
      // Not if its holder has come back meanwhile.
      const gaveUp = await this.#store.release(id, record, { state: 'stuck', retryInMs: 0 });
      if (gaveUp) this.#emit({ type: 'stuck', id, operationId, attempt: null, fence, tries });
      return null;
    }
    const options = this.#operationOptions(
      { key, principal, policy, fingerprints, input: inputOf(record) },
      id,
      key.madeAtMs,
    );
    const taken = await this.#takeOver(options, record, 'completer');
    if (taken === null) return null;
    const input: unknown = JSON.parse(inputOf(taken.record));
    return this.#work(taken.operation, options, (held) => resume(held, input));
  }

  /**
   * An operator's order: one more try of a stuck operation, which the completer makes at the step that
   * wasn't finished.
   * @returns false when it isn't stuck
   */
  async retryStuck(id: RecordId): Promise<boolean> {
    const { record } = await this.#store.read(id);
    if (record?.state !== 'stuck') return false;
    const reopened = await this.#store.reopen(id, record);
    if (reopened) this.#emit({ type: 'reopened', id, operationId: record.operationId, attempt: null });
    return reopened;
  }

  /**
   * Unsettled records whose holder is gone and whose next try is due.
   * @param policies by procedure: what the completer that asks can go on with
   */
  abandoned(limit: number, policies?: Readonly<Record<string, Policy>>): Promise<RecordId[]> {
    const kinds =
      policies &&
      Object.entries(policies).flatMap(([procedure, policy]) =>
        resumableVersions(policy).map((policyVersion) => ({ procedure, policyVersion })),
      );
    return this.#store.abandoned(limit, kinds);
  }

  /** What has become of a key. Answers at once, whatever it is. */
  async inquire(question: Question): Promise<Inquiry> {
    const id = idOf(question);
    const inquiry = inquiryOf(await this.#read(id), question);
    const { state, operationId } = inquiry;
    this.#emit({ type: 'inquired', id, operationId, attempt: null, state });
    return inquiry;
  }

  /**
   * Makes 'not seen' definite: settles a key that was never used as `void`, so that copies of its
   * request that are still on their way execute nothing. A key that was used is left as it is.
   */
  async close(call: Question): Promise<Inquiry> {
    const id = idOf(call);
    const { policy } = call;
    const claim = { fence: 1, holder: this.#ports.newHolderToken() };
    const keyMadeAtMs = call.key.kind === 'valid' ? call.key.madeAtMs : 0;
    try {
      await this.#store.transaction(async (session) => {
        const claimed = await session.claim({
          ...id,
          ...claim,
          keyMadeAtMs,
          windowBackMs: policy.windowBackMs,
          windowAheadMs: policy.windowAheadMs,
          operationId: this.#ports.newOperationId(),
          principal: call.principal,
          fingerprint: '',
          policyVersion: policy.version,
          leaseMs: 0,
          input: 'null',
        });
        if (claimed) await session.settle(id, claim, { state: 'void', outcome: null });
      });
    } catch (error) {
      // An open claim of the first call, a COMMIT without an answer, a key too old to be found: what can
      // be read now is told, and it isn't definite unless it is settled.
      const open = [CommitUnknown, TransactionAborted, ClaimLost].some((known) => error instanceof known);
      if (!open) throw asRefusal(error);
    }
    const inquiry = inquiryOf(await this.#read(id), call);
    const { state, operationId } = inquiry;
    this.#emit({ type: 'closed', id, operationId, attempt: null, state });
    return inquiry;
  }

  /** The answer from this process, if it has one; else from the store. */
  async #answer(call: Call, mutation: Mutation<Tx>): Promise<Answered> {
    const { key, scope, procedure, principal, policy } = call;
    const request: DecisionRequest = { ...call, by: 'caller' };
    if (key.kind !== 'valid') {
      const decision = decide(null, request, new Date(0));
      throw new IdempotencyError(decision.do === 'refuse' ? decision.code : 'INTERNAL');
    }
    const id = { key: key.key, scope, procedure };

    const cached = this.#cache?.find(id, this.#ports.monotonicMs()) ?? null;
    if (cached !== null) {
      const decision = decide(cached.record, request, cached.now);
      if (decision.do === 'replay') return { settled: replay(cached, policy), decision: 'replayed' };
      if (decision.do === 'refuse') throw refusalOf(decision.code, cached);
    }

    // Duplicates inside one process share one promise. It only saves time: across processes the
    // unique index does the same.
    const identity = JSON.stringify([procedure, scope, principal, key.key, [...call.fingerprints]]);
    const running = this.#inFlight.find(identity);
    if (running === undefined)
      return this.#inFlight.lead(identity, this.#execute(call, request, id, key.madeAtMs, mutation));
    const giveUp = new AbortController();
    const answered = await Promise.race([running, this.#ports.sleep(policy.joinMs, giveUp.signal)]).finally(
      () => {
        giveUp.abort();
      },
    );
    if (answered) return { settled: { ...answered.settled, replayed: true }, decision: 'joined' };

    // This process may be the one that hangs, and another have finished it.
    const reading = await this.#read(id);
    const decision = decide(reading.record, request, reading.now);
    if (decision.do === 'replay') return { settled: replay(reading, policy), decision: 'joined' };
    if (decision.do === 'refuse') throw refusalOf(decision.code, reading);
    throw new IdempotencyError('OPERATION_IN_PROGRESS', {
      operationId: reading.record?.operationId ?? null,
      retryAfterMs: policy.backoffBaseMs,
    });
  }

  async #execute(
    call: Call,
    request: DecisionRequest,
    id: RecordId,
    keyMadeAtMs: number,
    mutation: Mutation<Tx>,
  ): Promise<Answered> {
    const { policy } = call;
    const options = this.#operationOptions(call, id, keyMadeAtMs);
    const startedMs = this.#ports.monotonicMs();
    const retryAfterMs = policy.backoffBaseMs;
    let pollMs = POLL_FIRST_MS;
    let joined = false;
    let overtaken = false;

    // A first call is the common case, so the claim comes first and the reading after a lost claim. It is no
    // waiting either: a policy that lets nobody wait executes all the same.
    const first = await this.#work(HeldOperation.unclaimed(options), options, mutation);
    if (first) return { settled: first, decision: 'executed' };

    for (;;) {
      const reading = await this.#read(id);
      const { record } = reading;
      const operationId = record?.operationId ?? null;
      const decision = decide(record, request, reading.now);
      const expired = this.#ports.monotonicMs() - startedMs >= policy.joinMs;
      switch (decision.do) {
        case 'claim': {
          if (expired) throw new IdempotencyError('OPERATION_IN_PROGRESS', { retryAfterMs });
          const settled = await this.#work(HeldOperation.unclaimed(options), options, mutation);
          if (settled) return { settled, decision: 'executed' };
          break;
        }
        case 'take-over': {
          // With leases shorter than the work, callers could overtake each other for ever.
          if (expired && overtaken)
            throw new IdempotencyError('OPERATION_IN_PROGRESS', { operationId, retryAfterMs });
          const taken = record && (await this.#takeOver(options, record, 'caller'));
          const settled = taken && (await this.#work(taken.operation, options, mutation));
          if (settled) return { settled, decision: 'resumed' };
          overtaken = true;
          break;
        }
        case 'join': {
          joined = true;
          if (expired)
            throw new IdempotencyError(decision.otherwise, {
              operationId,
              retryAfterMs: decision.retryAfterMs,
            });
          await this.#ports.sleep(pollMs);
          pollMs = Math.min(POLL_CAP_MS, pollMs * 2);
          break;
        }
        case 'replay':
          this.#cache?.keep(reading, this.#ports.monotonicMs());
          return { settled: replay(reading, policy), decision: joined ? 'joined' : 'replayed' };
        case 'refuse':
          throw refusalOf(decision.code, reading);
        default:
          return unreachable(decision);
      }
    }
  }

  /** @returns the outcome, or null when the key or the operation turned out to be someone else's */
  async #work(
    operation: HeldOperation<Tx>,
    options: OperationOptions<Tx>,
    mutation: Mutation<Tx>,
  ): Promise<Settled | null> {
    /** Why it isn't settled, if it is neither that nor lost. */
    let failure: unknown;
    try {
      await mutation(operation);
      failure = new Error(`Bug: ${options.id.procedure} returned without settling its operation`);
    } catch (error) {
      failure = error;
      // A refusal thrown outside any transaction is as final as one inside.
      if (error instanceof Refusal) {
        failure = await operation
          .settle(() => Promise.resolve(error))
          .catch((settleError: unknown) => settleError);
      }
    } finally {
      operation.end();
    }

    if (operation.outcome !== null)
      return { operationId: operation.id, outcome: operation.outcome, replayed: false };
    if (operation.lost) return null;
    const refusal = await this.#giveBack(operation, options, failure);
    if (refusal !== null) throw refusal;
    return null;
  }

  /**
   * Returns the lease of an operation that couldn't be finished now, and tells how to go on.
   * @returns null when somebody else has it, who knows better what became of it
   */
  async #giveBack(
    operation: HeldOperation<Tx>,
    options: OperationOptions<Tx>,
    failure: unknown,
  ): Promise<IdempotencyError | null> {
    const { id, policy } = options;
    if (failure instanceof AlreadyInProgress)
      return new IdempotencyError('OPERATION_IN_PROGRESS', {
        operationId: failure.operationId,
        retryAfterMs: policy.backoffBaseMs,
        cause: failure,
      });
    const unknown = failure instanceof OutcomeUnknown;
    const retryInMs = backoffMs(policy, operation.tries);
    if (operation.claimed && !(failure instanceof StoreUnavailable) && !(failure instanceof CommitUnknown)) {
      const as = unknown ? 'outcome_unknown' : 'running';
      const { fence } = operation.claim;
      const at = { id, operationId: operation.id, fence };
      await this.#failpoint?.({ point: 'before_release', ...at, step: null });
      // If this fails too, the lease runs out by itself.
      const released = await this.#store
        .release(id, operation.claim, { state: as, retryInMs })
        .catch(() => null);
      await this.#failpoint?.({ point: 'after_release', ...at, step: null });
      if (released === false) {
        this.#emit({ type: 'fenced', ...at, attempt: options.attempt });
        return null;
      }
      this.#emit({ type: 'released', ...at, attempt: options.attempt, as, error: failure });
    }
    const operationId = operation.claimed ? operation.id : null;
    if (unknown)
      return new IdempotencyError('OUTCOME_UNKNOWN', {
        operationId,
        retryAfterMs: retryInMs,
        cause: failure,
      });
    return asRefusal(failure, operationId, retryInMs);
  }

  async #takeOver(
    options: OperationOptions<Tx>,
    from: IdempotencyRecord,
    by: 'caller' | 'completer',
  ): Promise<{ operation: HeldOperation<Tx>; record: IdempotencyRecord } | null> {
    const { id, policy, attempt } = options;
    const { operationId } = from;
    await this.#failpoint?.({ point: 'before_take_over', id, operationId, step: null, fence: from.fence });
    const to = { holder: this.#ports.newHolderToken(), leaseMs: policy.leaseMs };
    const taken = await this.#store
      .takeOver(id, { fence: from.fence, holder: from.holder }, to)
      .catch((error: unknown) => {
        throw asRefusal(error);
      });
    if (taken === null) return null;
    const { fence } = taken;
    await this.#failpoint?.({ point: 'after_take_over', id, operationId, step: null, fence });
    this.#emit({ type: 'taken_over', id, operationId, attempt, fence, by });
    const record = await this.#upgraded(taken, policy);
    return record && { operation: HeldOperation.takenOver(options, record), record };
  }

  /** Rewritten under the own fence, so that whoever comes next finds it whole. */
  async #upgraded(record: IdempotencyRecord, policy: Policy): Promise<IdempotencyRecord | null> {
    if (record.policyVersion === policy.version) return record;
    const upgrade = upgradeOf(record, policy, this.#ports);
    const held = await this.#store.upgrade(record, record, upgrade).catch((error: unknown) => {
      throw asRefusal(error);
    });
    return held ? { ...record, ...upgrade } : null;
  }

  async #read(id: RecordId): Promise<Reading> {
    return this.#store.read(id).catch((error: unknown) => {
      throw asRefusal(error);
    });
  }

  #operationOptions(
    call: Omit<Call, 'scope' | 'procedure'>,
    id: RecordId,
    keyMadeAtMs: number,
  ): OperationOptions<Tx> {
    return {
      store: this.#store,
      ports: this.#ports,
      emit: this.#emit,
      failpoint: this.#failpoint,
      attempt: call.attempt ?? null,
      policy: call.policy,
      id,
      keyMadeAtMs,
      principal: call.principal,
      fingerprints: call.fingerprints,
      input: call.input,
    };
  }
}

function replay({ record }: Reading, policy: Policy): Settled {
  const outcome = record && outcomeIn(policy, record);
  if (record === null || outcome === null) throw new Error('Bug: a replay without an outcome');
  return { operationId: record.operationId, outcome, replayed: true };
}

/** The parsed input as JSON text, which stays until the record is settled. */
function inputOf({ input, operationId }: IdempotencyRecord): string {
  if (input === null) throw new Error(`Bug: ${operationId} is unsettled without its input`);
  return input;
}

/** A listener observes. What goes wrong in it must change nothing of what it observes. */
function guarded(listener: EngineListener = () => undefined): EngineListener {
  return (event) => {
    try {
      listener(event);
    } catch {
      // Its own affair: an operation may be half way through its commit.
    }
  };
}

function unreachable(decision: never): never {
  throw new Error(`Bug: no action for ${JSON.stringify(decision)}`);
}
