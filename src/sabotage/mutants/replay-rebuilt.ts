import type { Database, Tx } from '../../database/database.ts';
import {
  Engine,
  type Call,
  type EngineOptions,
  type Mutation,
  type Settled,
} from '../../idempotency/index.ts';
import { orderReference } from '../../shop/orders/order-reference.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 26: a replay is rebuilt from what the order is now, instead of being stored. Whatever has changed
 * since, in the order or in the code that writes the answer, is another answer to the same request.
 *
 * Nothing hides it.
 */
export const replayRebuilt: Sabotage = {
  engine: (options, database) => new ReplayRebuilt(options, database),
};

class ReplayRebuilt extends Engine<Tx> {
  readonly #database: Database;

  constructor(options: EngineOptions<Tx>, database: Database) {
    super(options);
    this.#database = database;
  }

  override async run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const settled = await super.run(call, mutation);
    if (!settled.replayed || settled.outcome.kind !== 'succeeded') return settled;
    const order = await this.#database.order.findFirst({
      where: { operationId: settled.operationId },
      select: { orderId: true, operationId: true, status: true, totalMinor: true, currency: true },
    });
    if (order === null) return settled;
    hit('replay-rebuilt');
    // As a row comes, and not as the first answer was put together.
    const text = JSON.stringify({ ...order, reference: orderReference(order.orderId) });
    return { ...settled, outcome: { kind: 'succeeded', text } };
  }
}
