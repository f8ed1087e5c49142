import { expect, test } from 'vitest';
import type { FinalState } from '../final-state.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'stock-is-conserved';

const mugs = ({ database }: FinalState) => theRow(database.stock, ({ sku }) => sku === 'mug');
const lastStockChange = ({ commitLog }: FinalState) =>
  theRow(commitLog, ({ table }) => table === 'stock').new ?? {};

test.each<[string, string[], (state: FinalState) => void]>([
  ['a piece that vanished', ['stock-not-conserved'], (state) => (mugs(state).available -= 1)],
  [
    'less than nothing',
    ['stock-negative'],
    (state) => {
      Object.assign(mugs(state), { initial: mugs(state).initial - 6, available: mugs(state).available - 6 });
    },
  ],
  [
    'a sale without its order',
    ['sold-differs-from-paid-orders'],
    (state) => {
      Object.assign(mugs(state), { available: mugs(state).available - 1, sold: mugs(state).sold + 1 });
    },
  ],
  [
    'a reservation that nobody holds',
    ['reserved-differs-from-reservations'],
    (state) => {
      Object.assign(mugs(state), {
        available: mugs(state).available - 1,
        reserved: mugs(state).reserved + 1,
      });
    },
  ],
  [
    'a sold reservation of a failed order',
    ['reservation-differs-from-order'],
    ({ database }) => {
      theRow(database.reservations, ({ customerId }) => customerId.endsWith('dan1')).status = 'sold';
    },
  ],
  [
    'a released reservation of a paid order',
    ['reservation-differs-from-order'],
    ({ database }) => {
      theRow(database.reservations, ({ customerId }) => customerId.endsWith('bob1')).status = 'released';
    },
  ],
  [
    'a moment below zero',
    ['stock-was-negative'],
    (state) => {
      Object.assign(lastStockChange(state), { initial: '0', available: '-1', reserved: '1' });
    },
  ],
  [
    'a moment that did not add up',
    ['stock-was-not-conserved'],
    (state) => {
      Object.assign(lastStockChange(state), { available: '10', reserved: '1' });
    },
  ],
])('finds %s', (_what, kinds, breakIt) => {
  expect(afterBreaking(NAME, ({ state }) => breakIt(state))).toEqual(['invalid', ...kinds]);
});

test('is unknown where nothing was sold', () => {
  const run = new HandMade();
  run.decline(run.intent('dan1', ['declining-card']));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});

test('is unknown if the commit log cannot be read', () => {
  expect(afterBreaking(NAME, ({ state }) => void delete lastStockChange(state)['sold'])).toEqual(['unknown']);
});
