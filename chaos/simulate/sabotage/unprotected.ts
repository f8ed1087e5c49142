import {
  Engine,
  Finished,
  Refusal,
  problemOfRefusal,
  type Call,
  type EngineOptions,
  type Mutation,
  type Operation,
  type RemoteAttempt,
  type Settled,
} from '../../../src/idempotency/index.ts';
import type { ShopTx } from '../store-client.ts';

/** Ends a mutation whose outcome is there already. */
class Ended extends Error {
  override readonly name = 'Ended';
  readonly settled: Settled;

  constructor(settled: Settled) {
    super('It has its outcome');
    this.settled = settled;
  }
}

/** The same steps with nothing around them: no claim, no record, no fence, and a new key for each remote call. */
class UnprotectedOperation implements Operation<ShopTx> {
  readonly id: string;
  readonly compensating = null;
  readonly #options: EngineOptions<ShopTx>;

  constructor(options: EngineOptions<ShopTx>) {
    this.#options = options;
    this.id = options.ports.newOperationId();
  }

  async transact<R>(
    _step: string,
    work: (tx: ShopTx) => Promise<R | Refusal | Finished<unknown>>,
  ): Promise<R> {
    const result = await this.#options.store.transaction(({ tx }) => work(tx));
    if (result instanceof Refusal) throw result;
    if (result instanceof Finished)
      throw new Ended({
        operationId: this.id,
        outcome: { kind: 'succeeded', text: JSON.stringify(result.value) },
        replayed: false,
      });
    return result;
  }

  remote<R>(_step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R> {
    return call({ key: this.#options.ports.newHolderToken(), repeated: false, tries: 0 });
  }

  compensate(): Promise<void> {
    return Promise.reject(new Error('Nothing is undone here'));
  }

  settle<R>(work: (tx: ShopTx) => Promise<R | Refusal>): Promise<R> {
    return this.transact('settle', work);
  }
}

/** Executes a mutation once for each time it is asked to. */
export async function runUnprotected(
  options: EngineOptions<ShopTx>,
  mutation: Mutation<ShopTx>,
): Promise<Settled> {
  const operation = new UnprotectedOperation(options);
  try {
    const value = await mutation(operation);
    const text = JSON.stringify(value);
    return { operationId: operation.id, outcome: { kind: 'succeeded', text }, replayed: false };
  } catch (error) {
    if (error instanceof Ended) return error.settled;
    if (!(error instanceof Refusal)) throw error;
    const text = JSON.stringify(problemOfRefusal(error, operation.id));
    return { operationId: operation.id, outcome: { kind: 'failed', text }, replayed: false };
  }
}

/** An engine that answers each call anew. */
export class NoEngine extends Engine<ShopTx> {
  protected readonly options: EngineOptions<ShopTx>;

  constructor(options: EngineOptions<ShopTx>) {
    super(options);
    this.options = options;
  }

  override run(_call: Call, mutation: Mutation<ShopTx>): Promise<Settled> {
    return runUnprotected(this.options, mutation);
  }
}

/** Looks for the key, executes, and saves the answer under it: three things that anything may come between. */
export class LookThenSave extends NoEngine {
  override async run(call: Call, mutation: Mutation<ShopTx>): Promise<Settled> {
    const found = await super.inquire(call);
    if (found.outcome !== null && found.operationId !== null)
      return { operationId: found.operationId, outcome: found.outcome, replayed: true };
    const settled = await runUnprotected(this.options, mutation);
    const { outcome } = settled;
    if (call.key.kind !== 'valid' || outcome.kind === 'void') return settled;
    const { key, madeAtMs } = call.key;
    const id = { key, scope: call.scope, procedure: call.procedure };
    const claim = { fence: 1, holder: this.options.ports.newHolderToken() };
    await this.options.store.transaction(async (session) => {
      const isNew = await session.claim({
        ...id,
        ...claim,
        keyMadeAtMs: madeAtMs,
        windowBackMs: call.policy.windowBackMs,
        windowAheadMs: call.policy.windowAheadMs,
        operationId: settled.operationId,
        principal: call.principal,
        fingerprint: call.fingerprints.get(call.policy.version) ?? '',
        policyVersion: call.policy.version,
        leaseMs: 0,
        input: call.input,
      });
      if (isNew) await session.settle(id, claim, { state: outcome.kind, outcome: outcome.text });
    });
    return settled;
  }
}
