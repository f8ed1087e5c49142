import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import type { Database, Tx } from '../database/database.ts';
import { Finished, nodePorts, Refusal, type Operation, type RemoteAttempt } from '../idempotency/index.ts';

/**
 * The control: the same steps with nothing around them. No key, no record, no fence, and a new provider
 * key for every call. The harness runs it to show that its faults do make duplicates. It exists in the
 * control build only.
 */
export class UnprotectedOperation implements Operation<Tx> {
  readonly id = nodePorts.newOperationId();
  readonly compensating = null;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async transact<R>(_step: string, work: (tx: Tx) => Promise<R | Refusal | Finished<unknown>>): Promise<R> {
    const result = await this.#database.$transaction((tx) => work(tx), { timeout: 60_000, maxWait: 60_000 });
    if (result instanceof Refusal) throw new TRPCError({ code: 'CONFLICT', cause: result });
    if (result instanceof Finished) throw new Error('The control has no order of another key');
    return result;
  }

  remote<R>(_step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R> {
    return call({ key: randomUUID(), repeated: false, tries: 0 });
  }

  compensate(): Promise<void> {
    return Promise.reject(new Error('The control has nothing that it could undo'));
  }

  settle<R>(work: (tx: Tx) => Promise<R | Refusal>): Promise<R> {
    return this.transact('settle', work);
  }
}
