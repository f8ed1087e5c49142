import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { answerInAdvance } from '../naive/answer-in-advance.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 4: the key is marked done before the work, so that nobody can come in between. Nobody does. But a
 * process that dies in the work leaves a key that says 'done', and the retry is told of an order that isn't there.
 *
 * Nothing hides it.
 */
export const doneBeforeWork: Sabotage = {
  engine: (options, database) => new DoneBeforeWork(options, database),
};

class DoneBeforeWork extends NaiveEngine {
  protected readonly sabotage = 'done-before-work';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const id = this.ports.newOperationId();
    const outcome = await answerInAdvance(this.database, call, id);
    if (!(await this.keys.insert(call, id, { state: 'succeeded', outcome, ttlMs: 0 }))) {
      const stored = await this.replay(call);
      if (stored !== null) return stored;
    }
    const settled = await this.work(mutation, id);
    await this.keys.save(call, settled);
    return settled;
  }
}
