import type { Database, Tx } from '../../database/database.ts';
import { Engine, type EngineOptions, type RecordId } from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/** Far beyond what a purchase takes on a quiet day. */
const OLD_MS = 2_000;

/**
 * Hazard 18: the purge takes what is old, settled or not. A purchase that takes long, since the provider does,
 * loses its record in the middle: what was reserved has no owner any more, and the retry is told that another
 * has it.
 *
 * Nothing hides it.
 */
export const reaper: Sabotage = { engine: (options, database) => new WithReaper(options, database) };

class WithReaper extends Engine<Tx> {
  readonly #database: Database;

  constructor(options: EngineOptions<Tx>, database: Database) {
    super(options);
    this.#database = database;
  }

  /** The worker's round, twice a second. */
  override async abandoned(limit: number): Promise<RecordId[]> {
    const reaped = await this.#database.$executeRaw`
      DELETE FROM idempotency_record
      WHERE settled_at IS NULL AND created_at < clock_timestamp() - ${OLD_MS}::int * interval '1 ms'`;
    for (let count = 0; count < reaped; count += 1) hit('reaper');
    return super.abandoned(limit);
  }
}
