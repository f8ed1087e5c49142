import type { Database } from '../../database/database.ts';
import type { Claim, IdempotencyRecord, RecordId, Store } from '../../idempotency/index.ts';
import type { Tx } from '../../database/database.ts';
import { StoreAround } from '../around/store-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 38: a process that looks for work to recover recovers what a living one is doing. Whatever isn't
 * finished is taken for abandoned, and its lease for a formality.
 *
 * Hidden by the checkout's one PaymentIntent: the fence keeps the first holder from writing, not from charging.
 */
export const recoversTheLiving: Sabotage = {
  store: (store, database) => new RecoversTheLiving(store, database),
};

class RecoversTheLiving extends StoreAround {
  readonly #database: Database;

  constructor(store: Store<Tx>, database: Database) {
    super(store);
    this.#database = database;
  }

  override async takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null> {
    await this.#endLeases();
    return super.takeOver(id, from, to);
  }

  override async abandoned(limit: number): Promise<RecordId[]> {
    await this.#endLeases();
    return super.abandoned(limit);
  }

  async #endLeases(): Promise<void> {
    const ended = await this.#database.$executeRaw`
      UPDATE idempotency_record SET lease_until = clock_timestamp()
      WHERE settled_at IS NULL AND fence = 1 AND lease_until > clock_timestamp()`;
    for (let count = 0; count < ended; count += 1) hit('recovers-the-living');
  }
}
