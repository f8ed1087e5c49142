import { expect, test } from 'vitest';
import type { FinalState } from '../final-state.ts';
import { afterBreaking, theRow } from '../testing/verdict-of.ts';

const NAME = 'nothing-stays-unsettled';

test.each<[string, (state: FinalState) => void]>([
  [
    'record-unsettled',
    ({ database }) =>
      Object.assign(
        theRow(database.records, () => true),
        { state: 'running', settledAt: null },
      ),
  ],
  ['order-unsettled', ({ database }) => (theRow(database.orders, () => true).status = 'pending')],
  ['payment-unsettled', ({ database }) => (theRow(database.payments, () => true).status = 'pending')],
  ['reservation-held', ({ database }) => (theRow(database.reservations, () => true).status = 'held')],
  ['provider-still-busy', (state) => (state.openAtProvider = 1)],
  ['settled-too-late', ({ facts }) => (facts.settledAfterMs = 30_001)],
])('finds %s', (kind, breakIt) => {
  expect(afterBreaking(NAME, ({ state }) => breakIt(state))).toEqual(['invalid', kind]);
});

test('lets it take all of its time', () => {
  expect(afterBreaking(NAME, ({ state }) => void (state.facts.settledAfterMs = 30_000))).toEqual(['valid']);
});

test('what is open is found, whether rest was seen or not', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.orders, () => true).status = 'pending';
      Object.assign(state.facts, { settledAfterMs: null, twoEqualReads: false });
    }),
  ).toEqual(['invalid', 'order-unsettled']);
});

test('does not believe itself if the harness stood still', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      state.openAtProvider = 1;
      state.facts.harnessStallMs = 4_000;
    }),
  ).toEqual(['unknown']);
});

test('is unknown if rest was never seen', () => {
  expect(afterBreaking(NAME, ({ state }) => void (state.facts.settledAfterMs = null))).toEqual(['unknown']);
  expect(afterBreaking(NAME, ({ state }) => void (state.facts.twoEqualReads = false))).toEqual(['unknown']);
});
