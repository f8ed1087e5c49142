import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import { oneAtATime } from '../naive/one-at-a-time.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 3: the key is saved after the charge, in a transaction of its own. Calls that come together are in
 * good hands: a lock lets one in at a time, and it looks again. But a process that dies between the charge
 * and the key leaves a charge that nobody knows of, and the retry makes another.
 *
 * Hidden by the intent guard, and by the checkout's one PaymentIntent.
 */
export const keyAfterCharge: Sabotage = {
  engine: (options, database) => new KeyAfterCharge(options, database),
};

class KeyAfterCharge extends NaiveEngine {
  protected readonly sabotage = 'key-after-charge';

  protected handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    return oneAtATime(this.database, call, async () => {
      const stored = await this.replay(call);
      if (stored !== null) return stored;
      const settled = await this.work(mutation);
      await this.keys.save(call, settled);
      return settled;
    });
  }
}
