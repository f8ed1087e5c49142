import { expect, test } from 'vitest';
import type { CommitLogEntry } from '../final-state.ts';
import { afterBreaking } from '../testing/verdict-of.ts';
import type { HandMade } from '../testing/hand-made.ts';

const NAME = 'status-moves-forward';

function log(
  { state }: HandMade,
  op: CommitLogEntry['op'],
  table: string,
  row: Record<string, string>,
): void {
  const last = state.commitLog.at(-1);
  if (last === undefined) throw new Error('the log is empty');
  state.commitLog.push({
    ...last,
    lsn: '0/FFFF',
    op,
    table,
    ...(op === 'delete' ? { old: row, new: null } : { new: row }),
  });
}

test.each([
  ['orders', { order_id: 'order-1', status: 'pending' }],
  ['orders', { order_id: 'order-1', status: 'failed' }],
  ['payment', { payment_id: 'payment-1', status: 'failed' }],
])('finds %s that went from paid to %j', (table, row) => {
  expect(afterBreaking(NAME, (run) => log(run, 'update', table, row))).toEqual([
    'invalid',
    'status-moved-back',
  ]);
});

test('finds it although it was put right again', () => {
  expect(
    afterBreaking(NAME, (run) => {
      log(run, 'update', 'orders', { order_id: 'order-1', status: 'pending' });
      log(run, 'update', 'orders', { order_id: 'order-1', status: 'paid' });
    }),
  ).toEqual(['invalid', 'status-moved-back']);
});

test('finds a deleted order', () => {
  expect(afterBreaking(NAME, (run) => log(run, 'delete', 'orders', { order_id: 'order-1' }))).toEqual([
    'invalid',
    'row-was-deleted',
  ]);
});

test('lets other columns change', () => {
  expect(
    afterBreaking(NAME, (run) =>
      log(run, 'update', 'orders', { order_id: 'order-1', status: 'paid', city: 'Linz' }),
    ),
  ).toEqual(['valid']);
});

test('is unknown if the log does not end where the database does', () => {
  expect(afterBreaking(NAME, ({ state }) => void (state.commitLog = state.commitLog.slice(0, -1)))).toEqual([
    'unknown',
  ]);
  expect(afterBreaking(NAME, ({ state }) => void (state.commitLog = []))).toEqual(['unknown']);
});

test('is unknown if the log begins in the middle', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      state.commitLog = state.commitLog.filter(({ op, table }) => op !== 'insert' || table !== 'orders');
    }),
  ).toEqual(['unknown']);
});

test('a row that an earlier run made moves on from what it was', () => {
  const touched = (status: string) => (run: HandMade) => {
    run.state.statusBefore = { 'payment/of-before': 'failed' };
    log(run, 'update', 'payment', { payment_id: 'of-before', status });
  };
  expect(afterBreaking(NAME, touched('failed'))).toEqual(['valid']);
  expect(afterBreaking(NAME, touched('paid'))).toEqual(['invalid', 'status-moved-back']);
});
