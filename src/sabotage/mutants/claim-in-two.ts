import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { idOf } from '../naive/key-table.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import type { Sabotage } from '../sabotage.ts';

const TTL_MS = 5_000;
/** Until somebody says otherwise: a hundred years. */
const NO_EXPIRY_MS = 100 * 365 * 24 * 60 * 60 * 1_000;

/**
 * Hazard 14: the claim takes two commands, set and then expire. A process that dies between the two leaves a
 * lock that never ends, and every retry is told that it is in progress.
 *
 * Nothing hides it.
 */
export const claimInTwo: Sabotage = { engine: (options, database) => new ClaimInTwo(options, database) };

class ClaimInTwo extends NaiveEngine {
  protected readonly sabotage = 'claim-in-two';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const id = this.ports.newOperationId();
    if (!(await this.keys.insert(call, id, { ttlMs: NO_EXPIRY_MS }))) {
      const stored = await this.replay(call);
      if (stored !== null) return stored;
      if (!(await this.keys.takeExpired(idOf(call), TTL_MS))) throw this.inProgress(id);
    }
    await this.at('entered', call, id);
    await this.keys.expireIn(idOf(call), TTL_MS);
    const settled = await this.work(mutation, id);
    await this.keys.save(call, settled);
    return settled;
  }
}
