import type { Purged, Retention } from '../core/index.ts';
import type { RawClient } from './prisma-store.ts';

export interface PrismaRetentionOptions {
  /**
   * Its sessions must let a statement wait: `DETACH … CONCURRENTLY` waits until every transaction is over
   * that was open when it began, so their `lock_timeout` has to be longer than any transaction may take,
   * and archiving a day reads all of it.
   */
  client: RawClient;
  /**
   * Nothing is forgotten while the clocks of database and caller are further apart: forgetting can't be
   * undone, so two clocks must agree that it is time.
   */
  clockToleranceMs: number;
  /** The caller's clock, milliseconds since 1970. */
  now?: () => number;
}

/**
 * - `pending`: its detach was begun and didn't come to its end. No other day can be detached until it does.
 * - `aside`: renamed; what is unsettled has moved into a partition of its own.
 * - `detached`: a table of its own. What is unsettled in it can't be seen for the moment.
 * - `attached`: a partition, with something to forget.
 *
 * In this order: what was begun is finished before anything else is begun.
 */
const dayStates = ['pending', 'detached', 'aside', 'attached'] as const;
type DayState = (typeof dayStates)[number];

interface Day {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly state: DayState;
}

/** A day as the name of its table says it: `_aside` once its records are about to be archived. */
const TABLE = String.raw`^idempotency_record_(\d{8})(_aside)?$`;

/**
 * The days with something to forget, and those that an earlier round left half done, as the catalogue
 * shows them. A day with nothing but unsettled records is left in peace.
 */
const DUE_DAYS = `
  WITH tables AS (
    SELECT to_date(substring(c.relname FROM '${TABLE}'), 'YYYYMMDD') AS day,
      CASE WHEN c.relname LIKE '%aside' THEN 'aside' WHEN i.inhrelid IS NULL THEN 'detached'
           WHEN i.inhdetachpending THEN 'pending' ELSE 'attached' END AS state
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE c.relkind = 'r' AND c.relname ~ '${TABLE}'
      AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'idempotency_record'::regclass)
  ), bounds AS (
    SELECT *, idempotency_key_floor(day::timestamp AT TIME ZONE 'UTC') AS first,
      idempotency_key_floor((day + 1)::timestamp AT TIME ZONE 'UTC') AS past
    FROM tables
    WHERE (day + 1)::timestamp AT TIME ZONE 'UTC' <= clock_timestamp() - $1::bigint * interval '1 ms'
  )
  SELECT to_char(day, 'YYYY-MM-DD') AS day, state FROM bounds
  WHERE state <> 'attached'
    OR EXISTS (SELECT FROM idempotency_record r WHERE r.key >= first AND r.key < past AND r.settled_at IS NOT NULL)
    OR NOT EXISTS (SELECT FROM idempotency_record r WHERE r.key >= first AND r.key < past)
  ORDER BY array_position($2::text[], state), bounds.day`;

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
  readonly #clockToleranceMs: number;
  readonly #now: () => number;

  constructor(options: PrismaRetentionOptions) {
    this.#client = options.client;
    this.#clockToleranceMs = options.clockToleranceMs;
    this.#now = options.now ?? (() => Date.now());
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

  /**
   * Takes the first day that is due one step further, and looks again, until none is left. What a day
   * needs follows from the state in which it is found, so an interrupted round has no recovery of its own.
   */
  async purge(keysOlderThanMs: number): Promise<Purged> {
    await this.#requireAgreementOfClocks();
    const days = new Set<string>();
    const failed = new Map<string, { state: DayState; reason: string }>();
    let forgotten = 0;
    for (;;) {
      const due = await this.#client.$queryRawUnsafe<Day[]>(DUE_DAYS, keysOlderThanMs, dayStates);
      // Where a step failed and the day is a step further all the same, another worker was faster.
      const stands = ({ day, state }: Day) => failed.get(day)?.state === state;
      const next = due.find((day) => !stands(day));
      if (next === undefined) {
        const postponed = due.map(({ day }) => ({ day, reason: failed.get(day)?.reason ?? '' }));
        return { days: [...days].toSorted(), forgotten, kept: await this.#kept(keysOlderThanMs), postponed };
      }
      try {
        const gone = await this.#advance(next);
        forgotten += gone;
        if (gone > 0) days.add(next.day);
        // Of one day, a table set aside earlier may have stood in the way of the next.
        failed.delete(next.day);
      } catch (error) {
        failed.set(next.day, { state: next.state, reason: String(error) });
      }
    }
  }

  /** One statement, and with it one transaction. @returns how many records are forgotten by it */
  async #advance({ day, state }: Day): Promise<number> {
    const table = `idempotency_record_${day.replaceAll('-', '')}`;
    switch (state) {
      case 'attached':
        await this.#client.$executeRawUnsafe(
          `ALTER TABLE idempotency_record DETACH PARTITION ${table} CONCURRENTLY`,
        );
        return 0;
      case 'pending':
        await this.#client.$executeRawUnsafe(
          `ALTER TABLE idempotency_record DETACH PARTITION ${table} FINALIZE`,
        );
        return 0;
      case 'detached':
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

  async #kept(keysOlderThanMs: number): Promise<number> {
    const [row] = await this.#client.$queryRawUnsafe<{ kept: number }[]>(KEPT, keysOlderThanMs);
    return row?.kept ?? 0;
  }

  async #requireAgreementOfClocks(): Promise<void> {
    const [row] = await this.#client.$queryRawUnsafe<{ now: Date }[]>('SELECT clock_timestamp() AS now');
    const apartMs = Math.abs((row?.now.getTime() ?? Number.NaN) - this.#now());
    if (!(apartMs <= this.#clockToleranceMs))
      throw new Error(
        `Nothing is forgotten: the clocks of database and worker are ${Math.round(apartMs / 1_000)} s apart`,
      );
  }
}

function unreachable(state: never): never {
  throw new Error(`Bug: no step for a day in state ${String(state)}`);
}
