import type { Tx } from '../../database/database.ts';
import {
  Engine,
  type Call,
  type Completion,
  type Mutation,
  type Operation,
  type RecordId,
  type Settled,
} from '../../idempotency/index.ts';

/**
 * The engine itself, with something around what it is given: the call, or the operation that a mutation works
 * with, whoever runs it, a caller or the completer.
 */
export class EngineAround extends Engine<Tx> {
  override run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    return super.run(call, (operation) => mutation(this.around(operation)));
  }

  override complete(id: RecordId, { policy, resume }: Completion<Tx>): Promise<Settled | null> {
    return super.complete(id, {
      policy,
      resume: (operation, input) => resume(this.around(operation), input),
    });
  }

  protected around(operation: Operation<Tx>): Operation<Tx> {
    return operation;
  }
}
