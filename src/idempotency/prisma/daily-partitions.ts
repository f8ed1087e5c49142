import type { Purged } from '../core/index.ts';
import type { RawClient } from './prisma-store.ts';

/**
 * - `pending`: its detach was begun and didn't come to its end. No other day can be detached until it does.
 * - `detached`: a table of its own.
 * - `aside`: a table of its own, renamed. What had to stay of it has moved.
 * - `attached`: a partition.
 *
 * In this order: what was begun is finished before anything else is begun.
 */
const dayStates = ['pending', 'detached', 'aside', 'attached'] as const;

export interface Day {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly state: (typeof dayStates)[number];
}

/** The days of a table that is partitioned by day on a UUIDv7, as the catalogue shows them. */
export class DailyPartitions {
  readonly #client: RawClient;
  readonly #table: string;
  readonly #dueDays: string;

  /** @param worthDetaching SQL on `first` and `past`, the bounds of an attached day */
  constructor(client: RawClient, table: string, worthDetaching = 'true') {
    this.#client = client;
    this.#table = table;
    // A day as the name of its table says it.
    const name = String.raw`^${table}_(\d{8})(_aside)?$`;
    this.#dueDays = `
      WITH tables AS (
        SELECT to_date(substring(c.relname FROM '${name}'), 'YYYYMMDD') AS day,
          CASE WHEN c.relname LIKE '%aside' THEN 'aside' WHEN i.inhrelid IS NULL THEN 'detached'
               WHEN i.inhdetachpending THEN 'pending' ELSE 'attached' END AS state
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE c.relkind = 'r' AND c.relname ~ '${name}'
          AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = '${table}'::regclass)
      ), bounds AS (
        SELECT *, idempotency_key_floor(day::timestamp AT TIME ZONE 'UTC') AS first,
          idempotency_key_floor((day + 1)::timestamp AT TIME ZONE 'UTC') AS past
        FROM tables
        WHERE (day + 1)::timestamp AT TIME ZONE 'UTC' <= clock_timestamp() - $1::bigint * interval '1 ms'
      )
      SELECT to_char(day, 'YYYY-MM-DD') AS day, state FROM bounds
      WHERE state <> 'attached' OR (${worthDetaching})
      ORDER BY array_position($2::text[], state), bounds.day`;
  }

  /** Days that lie `olderThanMs` back with their last instant, by the database's clock; first what to do first. */
  due(olderThanMs: number): Promise<Day[]> {
    return this.#client.$queryRawUnsafe<Day[]>(this.#dueDays, olderThanMs, dayStates);
  }

  /** Begins to detach a day; waits until every transaction is over that is open now. */
  async detach(day: string): Promise<void> {
    await this.#client.$executeRawUnsafe(
      `ALTER TABLE ${this.#table} DETACH PARTITION ${this.nameOf(day)} CONCURRENTLY`,
    );
  }

  /** Ends what `detach` began. */
  async finalize(day: string): Promise<void> {
    await this.#client.$executeRawUnsafe(
      `ALTER TABLE ${this.#table} DETACH PARTITION ${this.nameOf(day)} FINALIZE`,
    );
  }

  nameOf(day: string): string {
    return `${this.#table}_${day.replaceAll('-', '')}`;
  }
}

/**
 * Takes the first day that is due one step further, and looks again, until none is left. What a day needs
 * follows from the state in which it is found, so an interrupted round has no recovery of its own.
 * @returns the days that couldn't be taken to their end
 */
export async function stepByStep(
  due: () => Promise<readonly Day[]>,
  advance: (day: Day) => Promise<void>,
): Promise<Purged['postponed']> {
  const failed = new Map<string, { state: Day['state']; reason: string }>();
  for (;;) {
    const days = await due();
    // Where a step failed and the day is a step further all the same, another worker was faster.
    const next = days.find(({ day, state }) => failed.get(day)?.state !== state);
    if (next === undefined) return days.map(({ day }) => ({ day, reason: failed.get(day)?.reason ?? '' }));
    try {
      await advance(next);
      // Of one day, a table set aside earlier may have stood in the way of the next.
      failed.delete(next.day);
    } catch (error) {
      failed.set(next.day, { state: next.state, reason: String(error) });
    }
  }
}

/**
 * Forgetting can't be undone, so two clocks must agree that it is time.
 * @throws Error when they are further apart than `toleranceMs`
 */
export async function requireAgreementOfClocks(
  client: RawClient,
  { now, toleranceMs }: { now: () => number; toleranceMs: number },
): Promise<void> {
  const [row] = await client.$queryRawUnsafe<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  const apartMs = Math.abs((row?.now.getTime() ?? Number.NaN) - now());
  if (!(apartMs <= toleranceMs))
    throw new Error(
      `Nothing is forgotten: the clocks of database and worker are ${Math.round(apartMs / 1_000)} s apart`,
    );
}
