import type { Tx } from '../../database/database.ts';
import type { Finished, Operation, Refusal, RemoteAttempt } from '../../idempotency/index.ts';

/** Passes everything on; a mutant changes what it breaks. */
export class OperationAround implements Operation<Tx> {
  protected readonly operation: Operation<Tx>;

  constructor(operation: Operation<Tx>) {
    this.operation = operation;
  }

  get id(): string {
    return this.operation.id;
  }

  get compensating(): string | null {
    return this.operation.compensating;
  }

  transact<R>(step: string, work: (tx: Tx) => Promise<R | Refusal | Finished<unknown>>): Promise<R> {
    return this.operation.transact(step, work);
  }

  remote<R>(step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R> {
    return this.operation.remote(step, call);
  }

  compensate(reason: string): Promise<void> {
    return this.operation.compensate(reason);
  }

  settle<R>(work: (tx: Tx) => Promise<R | Refusal>): Promise<R> {
    return this.operation.settle(work);
  }
}
