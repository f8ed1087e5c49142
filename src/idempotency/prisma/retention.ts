import type { Purged, Retention } from '../core/index.ts';
import { DailyPartitions, requireAgreementOfClocks, stepByStep, type Day } from './daily-partitions.ts';
import type { RawClient } from './prisma-store.ts';

export interface PrismaRetentionOptions {
  /**
   * Its sessions must let a statement wait: `DETACH … CONCURRENTLY` waits until every transaction is over
   * that was open when it began, so their `lock_timeout` has to be longer than any transaction may take,
   * and archiving a day reads all of it.
   */
  client: RawClient;
  /** Nothing is forgotten while the clocks of database and caller are further apart. */
  clockToleranceMs: number;
  /** The caller's clock, milliseconds since 1970. */
  now?: () => number;
}

/** There is something to forget, or nothing at all. A day of unsettled records alone is left in peace. */
const WORTH_DETACHING = `
  EXISTS (SELECT FROM idempotency_record r WHERE r.key >= first AND r.key < past AND r.settled_at IS NOT NULL)
  OR NOT EXISTS (SELECT FROM idempotency_record r WHERE r.key >= first AND r.key < past)`;

const KEPT = `
  SELECT count(*)::int AS kept FROM idempotency_record
  WHERE settled_at IS NULL AND key < idempotency_key_floor(
    date_trunc('day', clock_timestamp() - $1::bigint * interval '1 ms', 'UTC'))`;

const MAKE_AHEAD = `
  SELECT idempotency_make_partitions(today, today + $1::int) AS made
  FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS today) AS t`;

/** Forgets days of records in Postgres without a lock that a claim would wait for, and makes the days to come. */
export class PrismaRetention implements Retention {
  readonly #client: RawClient;
  readonly #clocks: { now: () => number; toleranceMs: number };
  readonly #partitions: DailyPartitions;

  constructor({ client, clockToleranceMs, now = () => Date.now() }: PrismaRetentionOptions) {
    this.#client = client;
    this.#clocks = { now, toleranceMs: clockToleranceMs };
    this.#partitions = new DailyPartitions(client, 'idempotency_record', WORTH_DETACHING);
  }

  /**
   * Makes the partitions of today and the given number of days after it, by the database's clock. Without
   * its partition every claim of a day is refused.
   * @returns how many it made
   */
  async makeAhead(days: number): Promise<number> {
    const [row] = await this.#client.$queryRawUnsafe<{ made: number }[]>(MAKE_AHEAD, days);
    return row?.made ?? 0;
  }

  async purge(keysOlderThanMs: number): Promise<Purged> {
    await requireAgreementOfClocks(this.#client, this.#clocks);
    const days = new Set<string>();
    let forgotten = 0;
    const postponed = await stepByStep(
      () => this.#partitions.due(keysOlderThanMs),
      async (day) => {
        const gone = await this.#advance(day);
        forgotten += gone;
        if (gone > 0) days.add(day.day);
      },
    );
    const [row] = await this.#client.$queryRawUnsafe<{ kept: number }[]>(KEPT, keysOlderThanMs);
    return { days: [...days].toSorted(), forgotten, kept: row?.kept ?? 0, postponed };
  }

  /** One statement, and with it one transaction. @returns how many records are forgotten by it */
  async #advance({ day, state }: Day): Promise<number> {
    switch (state) {
      case 'attached':
        await this.#partitions.detach(day);
        return 0;
      case 'pending':
        await this.#partitions.finalize(day);
        return 0;
      case 'detached':
        // What is unsettled in it can't be seen until this is done.
        await this.#client.$queryRawUnsafe('SELECT idempotency_set_aside($1::date)', day);
        return 0;
      case 'aside': {
        const [row] = await this.#client.$queryRawUnsafe<{ forgotten: bigint }[]>(
          'SELECT idempotency_archive($1::date) AS forgotten',
          day,
        );
        return Number(row?.forgotten ?? 0);
      }
      default:
        return unreachable(state);
    }
  }
}

function unreachable(state: never): never {
  throw new Error(`Bug: no step for a day in state ${String(state)}`);
}
