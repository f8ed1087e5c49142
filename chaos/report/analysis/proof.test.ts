import { expect, test } from 'vitest';
import { runChecker } from '../../checkers/checker.ts';
import { CHECKERS } from '../../checkers/index.ts';
import { cleanRun } from '../../testing/clean-run.ts';
import { proofOf } from './proof.ts';

test('events and rows that a checker points at are found, in every table that checkers name', () => {
  const run = cleanRun();
  const { database, ledger } = run.state;
  // A bit of everything: a second charge, an open record, order, payment and reservation, stock that is off.
  const [charge] = ledger.charges;
  if (charge !== undefined) ledger.charges.push({ ...charge, id: 'ch_again' });
  for (const record of database.records.slice(0, 1)) record.settledAt = null;
  for (const order of database.orders.slice(0, 1)) order.status = 'pending';
  for (const payment of database.payments.slice(0, 1)) payment.status = 'pending';
  for (const reservation of database.reservations.slice(0, 1)) reservation.status = 'held';
  for (const stock of database.stock) stock.available += 1;
  for (const entry of run.state.commitLog.filter(({ table }) => table === 'stock').slice(0, 1))
    entry.new = { ...entry.new, available: '-1' };

  const violations = CHECKERS.flatMap((checker) => runChecker(checker, run.history, run.state).violations);
  const rows = violations.flatMap((violation) => proofOf(violation, run.history, run.state).rows);
  expect(rows.filter(({ row }) => row === null)).toEqual([]);
  const tables = new Set(rows.map(({ name }) => name.slice(0, name.indexOf('/'))));
  expect([...tables].toSorted()).toEqual([
    'charges',
    'commit',
    'idempotency_record',
    'orders',
    'payment',
    'stock',
    'stock_reservation',
  ]);
  const events = violations.flatMap((violation) => proofOf(violation, run.history, run.state).events);
  expect(events.length).toBeGreaterThan(0);
});

test('what is not there is told as that', () => {
  const violation = {
    checker: 'acknowledged-orders-exist',
    kind: 'order-lost',
    intent: null,
    message: 'gone',
    proof: { events: [], rows: ['orders/gone', 'elsewhere/x'] },
  } as const;
  const { proof, ...rest } = violation;
  const { rows } = proofOf({ ...rest, proof: { events: [], rows: [...proof.rows] } }, [], cleanRun().state);
  expect(rows).toEqual([
    { name: 'orders/gone', row: null },
    { name: 'elsewhere/x', row: null },
  ]);
});
