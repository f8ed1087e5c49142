import type { Database, Tx } from '../../database/database.ts';
import {
  AlreadyInProgress,
  Finished,
  IdempotencyError,
  problemOfRefusal,
  Refusal,
  type Mutation,
  type Operation,
  type RemoteAttempt,
  type Settled,
} from '../../idempotency/index.ts';

/** What an operation of a naive engine needs. */
export interface NaiveOperationOptions {
  readonly database: Database;
  readonly id: string;
  /** The provider's key for a step. */
  readonly remoteKey: (step: string) => string;
}

const PATIENCE = { timeout: 60_000, maxWait: 60_000 };

/**
 * The steps of a mutation with nothing around them: no record, no fence, nothing that is remembered. What
 * most shops have, and what the naive engines of this folder put their own idea of idempotency around.
 */
export class NaiveOperation implements Operation<Tx> {
  readonly id: string;
  readonly compensating = null;
  readonly #options: NaiveOperationOptions;

  constructor(options: NaiveOperationOptions) {
    this.id = options.id;
    this.#options = options;
  }

  async transact<R>(_step: string, work: (tx: Tx) => Promise<R | Refusal | Finished<unknown>>): Promise<R> {
    const result = await this.#options.database.$transaction((tx) => work(tx), PATIENCE);
    if (result instanceof Refusal) throw result;
    if (result instanceof Finished) throw new FinishedEarly(result.value);
    return result;
  }

  remote<R>(step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R> {
    return call({ key: this.#options.remoteKey(step), repeated: false, tries: 0 });
  }

  compensate(): Promise<void> {
    return Promise.reject(new Error('Nothing here knows how to undo anything.'));
  }

  settle<R>(work: (tx: Tx) => Promise<R | Refusal>): Promise<R> {
    return this.transact('settle', work);
  }
}

/** Runs a mutation on an operation of that kind, and returns its answer as an engine does. */
export async function perform(mutation: Mutation<Tx>, operation: NaiveOperation): Promise<Settled> {
  const settled = (kind: 'succeeded' | 'failed', value: unknown): Settled => ({
    operationId: operation.id,
    outcome: { kind, text: JSON.stringify(value ?? null) },
    replayed: false,
  });
  try {
    return settled('succeeded', await mutation(operation));
  } catch (error) {
    if (error instanceof FinishedEarly) return settled('succeeded', error.value);
    if (error instanceof Refusal) return settled('failed', problemOfRefusal(error, operation.id));
    if (error instanceof AlreadyInProgress)
      throw new IdempotencyError('OPERATION_IN_PROGRESS', { operationId: error.operationId, cause: error });
    throw error;
  }
}

/** The checkout had its order already, under another key: the answer is that order. */
class FinishedEarly extends Error {
  override readonly name = 'FinishedEarly';
  readonly value: unknown;

  constructor(value: unknown) {
    super('The work was done under another key.');
    this.value = value;
  }
}
