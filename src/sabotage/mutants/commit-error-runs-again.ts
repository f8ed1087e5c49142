import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import { oneAtATime } from '../naive/one-at-a-time.ts';
import { saysNothing } from '../naive/says-nothing.ts';
import type { Sabotage } from '../sabotage.ts';

const TRIES = 3;

/**
 * Hazard 25: an error of COMMIT is taken for a failure, and the whole work is run again: a helper called
 * `withRetry` does it, for 'the connection was lost' sounds like something that a retry is good for. What was
 * lost was the answer; the work is there.
 *
 * Hidden by the intent guard.
 */
export const commitErrorRunsAgain: Sabotage = {
  engine: (options, database) => new CommitErrorRunsAgain(options, database),
};

class CommitErrorRunsAgain extends NaiveEngine {
  protected readonly sabotage = 'commit-error-runs-again';

  protected handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    return oneAtATime(this.database, call, async () => {
      const stored = await this.replay(call);
      if (stored !== null) return stored;
      const settled = await this.#withRetry(mutation);
      await this.keys.save(call, settled);
      return settled;
    });
  }

  async #withRetry(mutation: Mutation<Tx>): Promise<Settled> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.work(mutation);
      } catch (error) {
        if (!saysNothing(error) || tries === TRIES) throw error;
        hit('commit-error-runs-again/again');
      }
    }
  }
}
