import type { CommitLogEntry } from '../final-state.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { groupBy, paidOrders, sumOf } from './intent-index.ts';

export const stockIsConserved: Checker = {
  name: 'stock-is-conserved',
  invariant:
    'Available + reserved + sold = initial, never negative at any commit, and sold is what paid orders hold.',
  check(_history, { database, commitLog }) {
    const findings = new FindingList();
    const paidIds = new Set(paidOrders(database).map((order) => order.orderId));
    const orderStatus = new Map(database.orders.map((order) => [order.orderId, order.status]));
    const paidLines = database.orderLines.filter((line) => paidIds.has(line.orderId));
    const linesOf = groupBy(paidLines, (line) => line.sku);
    const held = groupBy(
      database.reservations.filter((reservation) => reservation.status === 'held'),
      (reservation) => reservation.sku,
    );

    for (const row of database.stock) {
      const rows = [`stock/${row.sku}`];
      if (row.available + row.reserved + row.sold !== row.initial) {
        const message = `${row.sku}: ${row.available} + ${row.reserved} + ${row.sold} isn't ${row.initial}`;
        findings.add('stock-not-conserved', message, { rows });
      }
      if (Math.min(row.available, row.reserved, row.sold) < 0) {
        findings.add('stock-negative', `${row.sku} is below zero`, { rows });
      }
      const bought = sumOf(linesOf.get(row.sku) ?? [], (line) => line.quantity);
      if (row.sold !== bought) {
        const message = `${row.sku}: ${row.sold} count as sold, paid orders hold ${bought}`;
        findings.add('sold-differs-from-paid-orders', message, { rows });
      }
      const reserved = sumOf(held.get(row.sku) ?? [], (reservation) => reservation.quantity);
      if (row.reserved !== reserved) {
        const message = `${row.sku}: ${row.reserved} count as reserved, reservations hold ${reserved}`;
        findings.add('reserved-differs-from-reservations', message, { rows });
      }
    }

    for (const reservation of database.reservations) {
      const status = orderStatus.get(reservation.orderId);
      const rows = [
        `stock_reservation/${reservation.operationId}/${reservation.sku}`,
        `orders/${reservation.orderId}`,
      ];
      if ((reservation.status === 'sold') !== (status === 'paid')) {
        const message = `a reservation of ${reservation.sku} is ${reservation.status}, its order is ${status ?? 'missing'}`;
        findings.add('reservation-differs-from-order', message, { rows });
      }
    }

    for (const entry of commitLog) {
      if (entry.table !== 'stock' || entry.new === null) continue;
      const [initial, available, reserved, sold] = stockNumbers(entry);
      const at = { rows: [`commit/${entry.lsn}`, `stock/${entry.new['sku']}`] };
      if (Math.min(available, reserved, sold) < 0) {
        findings.add('stock-was-negative', `${entry.new['sku']} was below zero for a time`, at);
      }
      if (available + reserved + sold !== initial) {
        findings.add('stock-was-not-conserved', `${entry.new['sku']} didn't add up for a time`, at);
      }
    }
    return { premise: paidLines.length, violations: findings.found };
  },
};

function stockNumbers({ new: row, lsn }: CommitLogEntry): [number, number, number, number] {
  const read = (name: string) => {
    const value = Number(row?.[name] ?? Number.NaN);
    if (!Number.isInteger(value)) throw new Error(`the stock row at ${lsn} has no ${name}`);
    return value;
  };
  return [read('initial'), read('available'), read('reserved'), read('sold')];
}
