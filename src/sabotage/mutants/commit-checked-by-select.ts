import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { findLiveOrder } from '../../shop/checkout/checkout.ts';
import { hit } from '../hit.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import { saysNothing } from '../naive/says-nothing.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 48: an ambiguous COMMIT is checked by a plain SELECT. There is an order, or there isn't, and if there
 * isn't the work is run again. The SELECT waits for nobody: the COMMIT is on its way, and comes after it.
 *
 * Hidden by the intent guard, whose index waits.
 */
export const commitCheckedBySelect: Sabotage = {
  engine: (options, database) => new CommitCheckedBySelect(options, database),
};

class CommitCheckedBySelect extends NaiveEngine {
  protected readonly sabotage = 'commit-checked-by-select';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const stored = await this.replay(call);
    if (stored !== null) return stored;
    const settled = await this.#untilSeen(call, mutation);
    await this.keys.save(call, settled);
    return settled;
  }

  async #untilSeen(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    try {
      return await this.work(mutation);
    } catch (error) {
      if (!saysNothing(error)) throw error;
      hit('commit-checked-by-select/checks');
      const { checkoutId } = JSON.parse(call.input) as { checkoutId: string };
      const order = await findLiveOrder(this.database, call.scope, checkoutId);
      if (order !== null) throw this.inProgress(order.operationId);
      return this.work(mutation);
    }
  }
}
