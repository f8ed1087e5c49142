import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import { oneAtATime } from '../naive/one-at-a-time.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 13: a waiter executes when its wait is over. It has looked, found nothing, and waited for the lock;
 * with the lock it believes what it saw before, and doesn't look again.
 *
 * Hidden by the intent guard.
 */
export const waiterExecutes: Sabotage = {
  engine: (options, database) => new WaiterExecutes(options, database),
};

class WaiterExecutes extends NaiveEngine {
  protected readonly sabotage = 'waiter-executes';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const stored = await this.replay(call);
    if (stored !== null) return stored;
    return oneAtATime(this.database, call, async () => {
      const settled = await this.work(mutation);
      await this.keys.save(call, settled);
      return settled;
    });
  }
}
