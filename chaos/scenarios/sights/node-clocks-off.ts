import type { Sight } from './sight.ts';

/**
 * An order whose own time of creation, which its node has put there, is that far from the time of the commit
 * that made it, which is the database's.
 */
export function nodeClocksOff(offMs: number): Sight {
  const name = 'node-clock-off';
  return {
    name,
    look({ topology, evidence }) {
      for (const { table, op, new: row, commitMs, lsn } of topology.commitLog.entries) {
        const createdAt = row?.['created_at'];
        if (table !== 'orders' || op !== 'insert' || typeof createdAt !== 'string') continue;
        const skewMs = Math.round(Date.parse(`${createdAt.replace(' ', 'T')}:00`) - commitMs);
        if (Math.abs(skewMs) >= offMs) evidence.seen(name, { value: { commitLsn: lsn, skewMs } });
      }
    },
  };
}
