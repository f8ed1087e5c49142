import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Refusal, Settled } from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import { NaiveOperation, perform } from '../naive/naive-operation.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 52: an error inside a transaction is caught there, for it was about something that may fail. Postgres
 * has given the whole transaction up by then: it answers COMMIT with ROLLBACK, the driver says that all is
 * well, and the customer is told so.
 *
 * Nothing hides it.
 */
export const swallowedError: Sabotage = {
  engine: (options, database) => new SwallowsErrors(options, database),
};

class SwallowsErrors extends NaiveEngine {
  protected readonly sabotage = 'swallowed-error';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const stored = await this.replay(call);
    if (stored !== null) return stored;
    const id = this.ports.newOperationId();
    const options = { database: this.database, id, remoteKey: (step: string) => `${id}:${step}` };
    const settled = await perform(mutation, new CountingOperation(options));
    await this.keys.save(call, settled);
    return settled;
  }
}

class CountingOperation extends NaiveOperation {
  override settle<R>(work: (tx: Tx) => Promise<R | Refusal>): Promise<R> {
    return super.settle(async (tx) => {
      const result = await work(tx);
      try {
        // 'How often it was bought.' Nobody would refuse an order because it can't be counted.
        await tx.$executeRaw`
          UPDATE product SET picture_seed = picture_seed
          WHERE sku IN (SELECT sku FROM stock_reservation WHERE operation_id = ${this.id})`;
      } catch {
        hit('swallowed-error/swallowed');
      }
      return result;
    });
  }
}
