import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { answerInAdvance } from '../naive/answer-in-advance.ts';
import { idOf } from '../naive/key-table.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import type { Sabotage } from '../sabotage.ts';

/** Nobody takes it away from a holder. */
const TTL_MS = 60_000;

/**
 * Hazard 32: INSERT … ON CONFLICT DO NOTHING, and whoever inserts nothing reports success: the other one is
 * doing it. The other one dies.
 *
 * Nothing hides it.
 */
export const loserReportsSuccess: Sabotage = {
  engine: (options, database) => new LoserReportsSuccess(options, database),
};

class LoserReportsSuccess extends NaiveEngine {
  protected readonly sabotage = 'loser-reports-success';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const id = this.ports.newOperationId();
    if (!(await this.keys.insert(call, id, { ttlMs: TTL_MS }))) {
      const row = await this.keys.find(idOf(call));
      const winner = row?.operationId ?? id;
      const text = row?.outcome ?? (await answerInAdvance(this.database, call, winner));
      const kind = row?.state === 'failed' ? 'failed' : 'succeeded';
      return { operationId: winner, outcome: { kind, text }, replayed: true };
    }
    const settled = await this.work(mutation, id);
    await this.keys.save(call, settled);
    return settled;
  }
}
