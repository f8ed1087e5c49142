import { expect, test } from 'vitest';
import { cleanRun } from '../testing/clean-run.ts';
import { SettledRows } from './settled-rows.ts';

/** A run that was judged, and the one after it. */
function twoRuns() {
  const run = cleanRun();
  const settled = new SettledRows();
  settled.settle(structuredClone(run.state));
  return { run, settled };
}

test('before the first run everything is new', () => {
  const { state } = cleanRun();
  expect(new SettledRows().since(state)).toEqual({ state: { ...state, statusBefore: {} }, gone: 0 });
});

test('what was judged and hasn’t moved is not looked at again', () => {
  const { run, settled } = twoRuns();
  const { state, gone } = settled.since(run.state);
  expect(gone).toBe(0);
  expect(state.database.orders).toEqual([]);
  expect(state.ledger.charges).toEqual([]);
  expect(state.requests).toEqual([]);
  expect(state.database.stock.map(({ sold }) => sold)).toEqual([0]);
  expect(
    state.database.stock.every(({ initial, available, reserved }) => initial === available + reserved),
  ).toBe(true);
});

test('what moved afterwards is this run’s business', () => {
  const { run, settled } = twoRuns();
  const [order] = run.state.database.orders;
  if (order === undefined) throw new Error('the clean run has no order');
  order.status = order.status === 'paid' ? 'failed' : 'paid';
  const { state } = settled.since(run.state);
  expect(state.database.orders).toEqual([order]);
});

test('what is gone is counted', () => {
  const { run, settled } = twoRuns();
  run.state.ledger.charges.pop();
  expect(settled.since(run.state).gone).toBe(1);
});

test('what is new is seen', () => {
  const { run, settled } = twoRuns();
  run.buy(run.intent('later'));
  const { state, gone } = settled.since(run.state);
  expect(gone).toBe(0);
  expect(state.database.orders).toHaveLength(1);
  expect(state.database.stock.map(({ sold }) => sold)).toEqual([1]);
});

test('a row of before that is touched again is known by the status that it had', () => {
  const { run, settled } = twoRuns();
  const [payment] = run.state.database.payments;
  const [last] = run.state.commitLog.slice(-1);
  if (payment === undefined || last === undefined) throw new Error('the clean run has no payment');
  run.state.commitLog = [
    {
      ...last,
      table: 'payment',
      op: 'update',
      new: { payment_id: payment.paymentId, status: payment.status },
    },
  ];
  const { state } = settled.since(run.state);
  expect(state.statusBefore).toEqual({ [`payment/${payment.paymentId}`]: payment.status });
});
