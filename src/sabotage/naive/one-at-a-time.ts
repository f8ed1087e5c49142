import type { Database } from '../../database/database.ts';
import type { Call } from '../../idempotency/index.ts';
import { idOf } from './key-table.ts';

/** Longer than any call takes: whoever waits here waits for the work of another. */
const PATIENCE = { maxWait: 60_000, timeout: 60_000 };

/**
 * Lets one call with a key do its `work` at a time, on whatever node, by a lock that Postgres frees when its
 * holder dies. A lock and no memory: what the last holder did nobody learns from it.
 */
export function oneAtATime<R>(database: Database, call: Call, work: () => Promise<R>): Promise<R> {
  const { key, scope, procedure } = idOf(call);
  return database.$transaction(async (tx) => {
    // Work between two statements of this transaction, and a wait for others, are longer than a session may.
    await tx.$executeRaw`SET LOCAL idle_in_transaction_session_timeout = 0`;
    await tx.$executeRaw`SET LOCAL lock_timeout = 0`;
    await tx.$executeRaw`SET LOCAL statement_timeout = 0`;
    await tx.$queryRaw`
      SELECT pg_advisory_xact_lock(hashtextextended(${`${procedure}/${scope}/${key}`}, 0))::text`;
    return work();
  }, PATIENCE);
}
