import { v7 as uuidv7 } from 'uuid';
import type { Database, Tx } from '../database/database.ts';

/** A new idempotency key. It is made by the database's clock, which will test its age: a node's own may be wrong. */
export async function makeServerKey(database: Database | Tx): Promise<string> {
  const [row] = await database.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  if (row === undefined) throw new Error('Bug: a clock without a time');
  return uuidv7({ msecs: row.now.getTime() });
}
