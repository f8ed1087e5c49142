import { expect, test } from 'vitest';
import type { FinalState } from '../final-state.ts';
import { refused } from '../testing/answers.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'paid-orders-were-asked-for';

const bobs = ({ customerId }: { customerId: string }) => customerId.endsWith('bob1');

test.each<[string, (state: FinalState) => void]>([
  ['checkout', ({ database }) => (theRow(database.orders, bobs).checkoutId = 'another')],
  ['card', ({ database }) => (theRow(database.payments, bobs).paymentMethod = 'pm_card_slow_bob1')],
  ['product', ({ database }) => (theRow(database.orderLines, bobs).sku = 'plate')],
  ['address', ({ database }) => (theRow(database.orders, bobs).email = 'bob1@example.org')],
  ['currency', ({ database }) => (theRow(database.orders, bobs).currency = 'USD')],
])('finds an order with another %s than was asked for', (_what, breakIt) => {
  expect(afterBreaking(NAME, ({ state }) => breakIt(state))).toEqual(['invalid', 'order-equals-no-attempt']);
});

test('finds an order that another card has paid than the one it names', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.ledger.charges, ({ paymentMethod }) => paymentMethod.endsWith('bob1')).paymentMethod =
        'pm_card_mastercard_bob1';
    }),
  ).toEqual(['invalid', 'another-card-was-charged']);
});

test('finds a total that is not the sum of its parts', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      const order = theRow(state.database.orders, bobs);
      order.deliveryMinor += 100;
    }),
  ).toEqual(['invalid', 'order-does-not-add-up']);
});

test('finds the order of an intent that never asked', () => {
  expect(afterBreaking(NAME, (run) => void run.settlePaid(run.intent('zed1')))).toEqual([
    'invalid',
    'order-without-attempt',
  ]);
});

test('finds an order that equals only the attempt that was refused for good', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.settlePaid(ada);
  run.attempt(ada, refused('OUT_OF_STOCK', 409));
  run.lost(ada, { key: 'key-2', payload: 'two', ask: run.ask(ada, 2) });
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [{ kind: 'order-of-a-refused-attempt' }],
  });
});

test('lets an order pass whose answer nobody got', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.settlePaid(ada);
  run.lost(ada);
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
});
