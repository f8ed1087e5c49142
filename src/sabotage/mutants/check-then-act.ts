import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 2: SELECT, then INSERT. Two calls that come together both find nothing, and both do the work. It is
 * what most first versions look like.
 *
 * Hidden by the intent guard.
 */
export const checkThenAct: Sabotage = {
  engine: (options, database) => new CheckThenAct(options, database),
};

class CheckThenAct extends NaiveEngine {
  protected readonly sabotage = 'check-then-act';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const stored = await this.replay(call);
    if (stored !== null) return stored;
    const settled = await this.work(mutation);
    await this.keys.save(call, settled);
    return settled;
  }
}
