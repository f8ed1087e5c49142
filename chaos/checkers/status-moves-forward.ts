import type { CommitLogEntry } from '../final-state.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';

/** Table and the column that identifies its row. */
const WATCHED = { orders: 'order_id', payment: 'payment_id' } as const;

const ALLOWED: ReadonlySet<string> = new Set(['pending → paid', 'pending → failed']);

export const statusMovesForward: Checker = {
  name: 'status-moves-forward',
  invariant:
    'Pending becomes paid or failed, and stays: no commit ever takes the status of an order or payment back.',
  check(_history, { database, commitLog, statusBefore = {} }) {
    const findings = new FindingList();
    let steps = 0;
    const lastStatus = new Map(Object.entries(statusBefore));
    for (const entry of commitLog) {
      if (!isWatched(entry.table)) continue;
      const idColumn = WATCHED[entry.table];
      const id = (entry.new ?? entry.old)?.[idColumn];
      if (id === null || id === undefined)
        throw new Error(`a change of ${entry.table} at ${entry.lsn} names no row`);
      const row = `${entry.table}/${id}`;
      const rows = [`commit/${entry.lsn}`, row];
      if (entry.op === 'delete') {
        findings.add('row-was-deleted', `${row} was deleted`, { rows });
        lastStatus.delete(row);
        continue;
      }
      const status = statusOf(entry);
      const before = lastStatus.get(row);
      lastStatus.set(row, status);
      if (entry.op === 'insert') {
        if (status !== 'pending') steps += 1;
        continue;
      }
      if (before === undefined) throw new Error(`the commit log changes ${row} before it made it`);
      if (before === status) continue;
      steps += 1;
      const step = `${before} → ${status}`;
      if (!ALLOWED.has(step)) findings.add('status-moved-back', `${row} went ${step}`, { rows });
    }

    // A log with holes could hide any step: then this checker has seen nothing.
    const snapshot: [string, string][] = [
      ...database.orders.map((order): [string, string] => [`orders/${order.orderId}`, order.status]),
      ...database.payments.map((payment): [string, string] => [
        `payment/${payment.paymentId}`,
        payment.status,
      ]),
    ];
    for (const [row, status] of snapshot) {
      if (findings.found.length === 0 && lastStatus.get(row) !== status) {
        throw new Error(`${row} is ${status}, the commit log ends with ${lastStatus.get(row) ?? 'nothing'}`);
      }
    }
    return { premise: steps, violations: findings.found };
  },
};

function isWatched(table: string): table is keyof typeof WATCHED {
  return table in WATCHED;
}

function statusOf(entry: CommitLogEntry): string {
  const status = entry.new?.['status'];
  if (status === null || status === undefined)
    throw new Error(`a row of ${entry.table} at ${entry.lsn} has no status`);
  return status;
}
