import { decide, type Decision, type DecisionRequest } from './decide.ts';
import {
  AlreadyInProgress,
  IdempotencyError,
  OutcomeUnknown,
  Refusal,
  TemporarilyUnavailable,
} from './errors.ts';
import type { EngineListener } from './events.ts';
import type { Fingerprints } from './fingerprint.ts';
import { idOf, inquiryOf, type Inquiry, type Question } from './inquiry.ts';
import { parseKey } from './key.ts';
import { HeldOperation, type Operation, type OperationOptions } from './operation.ts';
import { outcomeOf, type Settled } from './outcome.ts';
import { backoffMs, type Policy } from './policy.ts';
import type { Ports } from './ports.ts';
import type { RecordId } from './record.ts';
import { SingleFlight } from './single-flight.ts';
import { CommitUnknown, StoreUnavailable, TransactionAborted, type Reading, type Store } from './store.ts';

/** One request for a mutation, with its content. */
export interface Call extends Question {
  readonly fingerprints: Fingerprints;
  /** The parsed input as JSON text. */
  readonly input: string;
}

/** The mutation: the same function for the first call, a retry that resumes, and the completer. */
export type Mutation<Tx> = (operation: Operation<Tx>) => Promise<unknown>;

/** Refusals about the caller's clock; they carry the store's. */
const timed: ReadonlySet<string> = new Set(['IDEMPOTENCY_KEY_EXPIRED', 'IDEMPOTENCY_KEY_FROM_THE_FUTURE']);

const POLL_FIRST_MS = 5;
/** A joined answer comes at most this much later than the answer itself. */
const POLL_CAP_MS = 50;

/** Runs each mutation once a key, however often it is called; see `decide` for what each call gets. */
export class Engine<Tx> {
  readonly #store: Store<Tx>;
  readonly #ports: Ports;
  readonly #emit: EngineListener;
  readonly #inFlight = new SingleFlight<Settled>();

  constructor(options: { store: Store<Tx>; ports: Ports; onEvent?: EngineListener }) {
    this.#store = options.store;
    this.#ports = options.ports;
    this.#emit = options.onEvent ?? (() => undefined);
  }

  get ports(): Ports {
    return this.#ports;
  }

  /**
   * Executes `mutation` under the call's key, or finds what an earlier call with it has come to.
   * @throws IdempotencyError when there is no settled outcome to give
   */
  async run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const { key, policy } = call;
    // Duplicates inside one process share one promise. It only saves time: across processes the
    // unique index does the same.
    if (key.kind !== 'valid') return this.#execute(call, mutation);
    const identity = JSON.stringify([
      call.procedure,
      call.scope,
      call.principal,
      key.key,
      [...call.fingerprints],
    ]);
    const running = this.#inFlight.find(identity);
    if (running === undefined) return this.#inFlight.lead(identity, this.#execute(call, mutation));

    const startedMs = this.#ports.monotonicMs();
    const giveUp = new AbortController();
    const settled = await Promise.race([running, this.#ports.sleep(policy.joinMs, giveUp.signal)]).finally(
      () => {
        giveUp.abort();
      },
    );
    const id = { key: key.key, scope: call.scope, procedure: call.procedure };
    if (!settled) throw this.#refusal(id, 'OPERATION_IN_PROGRESS', { retryAfterMs: policy.backoffBaseMs });
    this.#emit({
      type: 'joined',
      id,
      operationId: settled.operationId,
      waitedMs: this.#ports.monotonicMs() - startedMs,
    });
    return { ...settled, replayed: true };
  }

  /**
   * Finishes an operation whose holder died, through the same takeover and the same resume as a retry.
   * @returns the outcome, or null when someone else has it or it isn't due
   */
  async complete(
    id: RecordId,
    definition: { policy: Policy; resume: (operation: Operation<Tx>, input: unknown) => Promise<unknown> },
  ): Promise<Settled | null> {
    const { policy } = definition;
    const { record, now } = await this.#store.read(id);
    const key = parseKey(id.key);
    if (record === null || key.kind !== 'valid') return null;
    const fingerprints = new Map([[record.policyVersion, record.fingerprint]]);
    const request = { key, principal: record.principal, fingerprints, policy, by: 'completer' } as const;
    if (decide(record, request, now).do !== 'take-over') return null;
    if (record.input === null) throw new Error(`Bug: ${record.operationId} is unsettled without its input`);

    if (record.tries >= policy.maxTries) {
      // Not if its holder has come back meanwhile.
      const gaveUp = await this.#store.release(id, record, { state: 'stuck', retryInMs: 0 });
      if (gaveUp)
        this.#emit({ type: 'released', as: 'stuck', error: null, id, operationId: record.operationId });
      return null;
    }
    const options = this.#operationOptions(
      { ...id, key, principal: record.principal, policy, fingerprints, input: record.input },
      id,
      key.madeAtMs,
    );
    const operation = await this.#takeOver(options, record, 'completer');
    const input: unknown = JSON.parse(record.input);
    return operation && this.#work(operation, options, (held) => definition.resume(held, input));
  }

  /** Unsettled records whose holder is gone and whose next try is due. */
  abandoned(limit: number): Promise<RecordId[]> {
    return this.#store.abandoned(limit);
  }

  /** What has become of a key. Answers at once, whatever it is. */
  async inquire(question: Question): Promise<Inquiry> {
    return inquiryOf(await this.#read(idOf(question)), question);
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
      // An open claim of the first call, or a COMMIT without an answer: what can be read now is told,
      // and it isn't definite unless it is settled.
      if (!(error instanceof CommitUnknown) && !(error instanceof TransactionAborted))
        throw this.#asRefusal(id, error);
    }
    return this.inquire(call);
  }

  async #execute(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const { key, scope, procedure, policy } = call;
    const request: DecisionRequest = { ...call, by: 'caller' };
    if (key.kind !== 'valid') {
      const decision = decide(null, request, new Date(0));
      throw this.#refusal(
        { key: '', scope, procedure },
        decision.do === 'refuse' ? decision.code : 'INTERNAL',
      );
    }
    const id = { key: key.key, scope, procedure };
    const options = this.#operationOptions(call, id, key.madeAtMs);
    const startedMs = this.#ports.monotonicMs();
    let pollMs = POLL_FIRST_MS;
    let joined = false;

    // A first call is the common case, so the claim comes first and the reading after a lost claim.
    let decision: Decision = { do: 'claim' };
    let reading: Reading | null = null;
    for (;;) {
      const expired = this.#ports.monotonicMs() - startedMs >= policy.joinMs;
      switch (decision.do) {
        case 'claim': {
          if (expired)
            throw this.#refusal(id, 'OPERATION_IN_PROGRESS', { retryAfterMs: policy.backoffBaseMs });
          const settled = await this.#work(HeldOperation.unclaimed(options), options, mutation);
          if (settled) return settled;
          break;
        }
        case 'take-over': {
          const operation = reading?.record && (await this.#takeOver(options, reading.record, 'caller'));
          const settled = operation && (await this.#work(operation, options, mutation));
          if (settled) return settled;
          break;
        }
        case 'join': {
          joined = true;
          const operationId = reading?.record?.operationId ?? null;
          if (expired)
            throw this.#refusal(id, decision.otherwise, { operationId, retryAfterMs: decision.retryAfterMs });
          await this.#ports.sleep(pollMs);
          pollMs = Math.min(POLL_CAP_MS, pollMs * 2);
          break;
        }
        case 'replay': {
          const settled = replay(reading);
          if (joined) {
            const waitedMs = this.#ports.monotonicMs() - startedMs;
            this.#emit({ type: 'joined', id, operationId: settled.operationId, waitedMs });
          }
          this.#emit({ type: 'replayed', id, operationId: settled.operationId, state: settled.outcome.kind });
          return settled;
        }
        case 'refuse':
          throw this.#refusal(id, decision.code, {
            serverTime: timed.has(decision.code) ? (reading?.now ?? null) : null,
            operationId:
              decision.code === 'OPERATION_NOT_FOUND' ? null : (reading?.record?.operationId ?? null),
          });
        default:
          return unreachable(decision);
      }
      reading = await this.#read(id);
      decision = decide(reading.record, request, reading.now);
    }
  }

  /** @returns the outcome, or null when the key or the operation turned out to be someone else's */
  async #work(
    operation: HeldOperation<Tx>,
    options: OperationOptions<Tx>,
    mutation: Mutation<Tx>,
  ): Promise<Settled | null> {
    let failure: unknown = null;
    try {
      await mutation(operation);
      if (operation.outcome === null && !operation.lost)
        failure = new Error(`Bug: ${options.id.procedure} returned without settling its operation`);
    } catch (error) {
      failure = error;
      // A refusal thrown outside any transaction is as final as one inside.
      if (error instanceof Refusal && operation.outcome === null && !operation.lost) {
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
    throw await this.#giveBack(operation, options, failure);
  }

  /** Returns the lease of an operation that couldn't be finished now, and tells how to go on. */
  async #giveBack(
    operation: HeldOperation<Tx>,
    options: OperationOptions<Tx>,
    failure: unknown,
  ): Promise<IdempotencyError> {
    const { id, policy } = options;
    if (failure instanceof AlreadyInProgress)
      return this.#refusal(id, 'OPERATION_IN_PROGRESS', {
        operationId: failure.operationId,
        retryAfterMs: policy.backoffBaseMs,
        cause: failure,
      });
    const unknown = failure instanceof OutcomeUnknown;
    const retryInMs = backoffMs(policy, operation.tries);
    if (operation.claimed && !(failure instanceof StoreUnavailable) && !(failure instanceof CommitUnknown)) {
      const as = unknown ? 'outcome_unknown' : 'running';
      // If this fails too, the lease runs out by itself.
      await this.#store.release(id, operation.claim, { state: as, retryInMs }).catch(() => false);
      this.#emit({ type: 'released', as, error: failure, id, operationId: operation.id });
    }
    const operationId = operation.claimed ? operation.id : null;
    if (unknown)
      return this.#refusal(id, 'OUTCOME_UNKNOWN', { operationId, retryAfterMs: retryInMs, cause: failure });
    return this.#asRefusal(id, failure, operationId, retryInMs);
  }

  async #takeOver(
    options: OperationOptions<Tx>,
    from: { fence: number; holder: string },
    by: 'caller' | 'completer',
  ): Promise<HeldOperation<Tx> | null> {
    const { id, policy } = options;
    const to = { holder: this.#ports.newHolderToken(), leaseMs: policy.leaseMs };
    const record = await this.#store
      .takeOver(id, { fence: from.fence, holder: from.holder }, to)
      .catch((error: unknown) => {
        throw this.#asRefusal(id, error);
      });
    if (record === null) return null;
    this.#emit({ type: 'taken_over', id, operationId: record.operationId, fence: record.fence, by });
    return HeldOperation.takenOver(options, record);
  }

  async #read(id: RecordId): Promise<Reading> {
    return this.#store.read(id).catch((error: unknown) => {
      throw this.#asRefusal(id, error);
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
      policy: call.policy,
      id,
      keyMadeAtMs,
      principal: call.principal,
      fingerprints: call.fingerprints,
      input: call.input,
    };
  }

  /** Any failure as an answer. What isn't known to be harmless is never called definite. */
  #asRefusal(
    id: RecordId,
    error: unknown,
    operationId: string | null = null,
    retryAfterMs = 1_000,
  ): IdempotencyError {
    if (error instanceof IdempotencyError) return error;
    const options = { operationId, retryAfterMs, cause: error };
    if (error instanceof StoreUnavailable || error instanceof CommitUnknown)
      return this.#refusal(id, 'STORE_UNAVAILABLE', options);
    if (error instanceof TemporarilyUnavailable || error instanceof TransactionAborted)
      return this.#refusal(id, 'TEMPORARILY_UNAVAILABLE', options);
    return this.#refusal(id, 'INTERNAL', options);
  }

  #refusal(
    id: RecordId,
    code: IdempotencyError['code'],
    options: ConstructorParameters<typeof IdempotencyError>[1] = {},
  ): IdempotencyError {
    this.#emit({ type: 'refused', id, operationId: options.operationId ?? null, code });
    return new IdempotencyError(code, options);
  }
}

function replay(reading: Reading | null): Settled {
  const outcome = reading?.record ? outcomeOf(reading.record) : null;
  if (!reading?.record || outcome === null) throw new Error('Bug: a replay without an outcome');
  return { operationId: reading.record.operationId, outcome, replayed: true };
}

function unreachable(decision: never): never {
  throw new Error(`Bug: no action for ${JSON.stringify(decision)}`);
}
