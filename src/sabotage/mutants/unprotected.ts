import { randomUUID } from 'node:crypto';
import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import { NaiveOperation, perform } from '../naive/naive-operation.ts';
import type { Sabotage } from '../sabotage.ts';
import { paymentPerOrder } from './payment-per-order.ts';

/**
 * Hazard 1: no idempotency at all, the control of every scenario. The same steps with nothing around them:
 * no record that anybody reads, no fence, and a payment of its own for every order.
 *
 * Hidden by the intent guard, whose index the harness drops.
 */
export const unprotected: Sabotage = {
  engine: (options, database) => new UnprotectedEngine(options, database),
  ...paymentPerOrder,
};

class UnprotectedEngine extends NaiveEngine {
  protected readonly sabotage = 'unprotected';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const id = this.ports.newOperationId();
    const settled = await perform(
      mutation,
      new NaiveOperation({ database: this.database, id, remoteKey: () => randomUUID() }),
    );
    // As a log has it. Nobody looks there before the work.
    await this.keys.save(call, settled);
    return settled;
  }
}
