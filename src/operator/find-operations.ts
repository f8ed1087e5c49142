import type { Database } from '../database/database.ts';
import { parseKey, type IdempotencyRecord } from '../idempotency/index.ts';
import { limits } from '../limits.ts';

/** Operations as of one moment of the database's clock. */
export interface Found {
  readonly records: readonly IdempotencyRecord[];
  readonly now: Date;
}

/** A node's clock, which made the operation's id, may be off by this. */
const CLOCK_ROOM_MS = 60 * 60 * 1_000;

const OPERATION_ID = /^op_([0-9a-f]{8})([0-9a-f]{4})(7[0-9a-f]{3})([89ab][0-9a-f]{3})([0-9a-f]{12})$/;

export function isOperationId(text: string): boolean {
  return OPERATION_ID.test(text);
}

/** Operations that aren't settled, the one that has been due for longest first. */
export async function listUnsettled(
  database: Database,
  { stuckOnly, limit }: { stuckOnly: boolean; limit: number },
): Promise<Found> {
  return found(
    database,
    await database.idempotencyRecord.findMany({
      where: { settledAt: null, ...(stuckOnly && { state: 'stuck' }) },
      orderBy: { nextTryAt: 'asc' },
      take: limit,
    }),
  );
}

/** A key names its partition. It may have been used by several customers, for several procedures. */
export async function findByKey(database: Database, key: string): Promise<Found> {
  return found(
    database,
    await database.idempotencyRecord.findMany({ where: { key }, orderBy: { createdAt: 'asc' } }),
  );
}

/**
 * Records are kept by key, so an operation's id alone names no partition. What is unsettled has an index of
 * its own, and a refund keeps its operation's key. For the rest the id says when it was made, and a key
 * is at most as old as its window then: those days are read through.
 */
export async function findByOperationId(database: Database, operationId: string): Promise<Found> {
  const unsettled = await database.idempotencyRecord.findFirst({ where: { operationId, settledAt: null } });
  if (unsettled !== null) return found(database, [unsettled]);
  const refund = await database.refund.findFirst({
    where: { refundId: `rfd_${operationId.slice('op_'.length)}` },
    select: { operationKey: true },
  });
  const key = refund?.operationKey ?? null;
  if (key !== null) {
    const { records, now } = await findByKey(database, key);
    return { records: records.filter((record) => record.operationId === operationId), now };
  }
  const { from, to } = keysAround(operationId);
  return found(
    database,
    await database.idempotencyRecord.findMany({
      where: { operationId, key: { gte: from, lte: to } },
      take: 1,
    }),
  );
}

/** The first and the last key under which an operation with this id can have begun. */
function keysAround(operationId: string): { from: string; to: string } {
  const key = parseKey(OPERATION_ID.exec(operationId)?.slice(1).join('-'));
  if (key.kind !== 'valid') throw new Error(`Bug: ${operationId} is no operation id`);
  const { windowBackMs, windowAheadMs } = limits.keys;
  return {
    from: floorOf(key.madeAtMs - windowBackMs - CLOCK_ROOM_MS),
    to: floorOf(key.madeAtMs + windowAheadMs + CLOCK_ROOM_MS),
  };
}

/** The smallest UUID whose first 48 bits are this time. */
function floorOf(timeMs: number): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

async function found(database: Database, records: readonly unknown[]): Promise<Found> {
  const [row] = await database.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  if (row === undefined) throw new Error('Bug: a clock without a time');
  // The store writes what it reads: the columns are the record's fields, and `steps` is its JSON.
  return { records: records as readonly IdempotencyRecord[], now: row.now };
}
