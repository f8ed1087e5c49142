import type { Database, Tx } from '../../database/database.ts';
import { Engine, type EngineOptions, type RecordId } from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/** The 24 hours of other systems, for a run of seconds. */
const TTL_MS = 9_000;

/**
 * Hazard 31: a plain time to live. A settled record is deleted when it is old enough, and a key says nothing
 * of its age: the retry that comes after that is a new request.
 *
 * Hidden by the intent guard.
 */
export const forgetsEarly: Sabotage = { engine: (options, database) => new ForgetsEarly(options, database) };

class ForgetsEarly extends Engine<Tx> {
  readonly #database: Database;

  constructor({ replayCache: _kept, ...options }: EngineOptions<Tx>, database: Database) {
    super(options);
    this.#database = database;
  }

  /** The worker's round, twice a second. */
  override async abandoned(limit: number): Promise<RecordId[]> {
    const forgotten = await this.#database.$executeRaw`
      DELETE FROM idempotency_record
      WHERE settled_at < clock_timestamp() - ${TTL_MS}::int * interval '1 ms'`;
    for (let count = 0; count < forgotten; count += 1) hit('forgets-early');
    return super.abandoned(limit);
  }
}
