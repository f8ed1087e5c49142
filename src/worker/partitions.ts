import type { Database } from '../database/database.ts';
import { limits } from '../limits.ts';

/** Makes the record partitions of the days to come. Their absence would refuse every claim of that day. */
export async function makePartitionsOnce(database: Database): Promise<number> {
  const [row] = await database.$queryRaw<{ made: number }[]>`
    SELECT idempotency_make_partitions(
      (now() AT TIME ZONE 'UTC')::date,
      (now() AT TIME ZONE 'UTC')::date + ${limits.keys.partitionsAheadDays}::int) AS made`;
  return row?.made ?? 0;
}
