import { expect, test } from 'vitest';
import type { FinalState } from '../final-state.ts';
import { afterBreaking, theRow } from '../testing/verdict-of.ts';

const NAME = 'money-balances';

const bobs = ({ customerId }: { customerId: string }) => customerId.endsWith('bob1');
const bobsCharge = ({ ledger }: FinalState) =>
  theRow(ledger.charges, (charge) => charge.paymentMethod.endsWith('_bob1'));
const refund = (state: FinalState, amount: number, status = 'succeeded') => {
  const { paymentIntent, id } = bobsCharge(state);
  state.ledger.refunds.push({
    id: 're_1',
    paymentIntent,
    charge: id,
    amount,
    currency: 'eur',
    status,
    createdMs: 1,
  });
};

test.each<[string, string[], (state: FinalState) => void]>([
  ['a cent too much', ['order-amount-differs', 'totals-differ'], (state) => (bobsCharge(state).amount += 1)],
  [
    'a paid order that nobody paid',
    ['order-amount-differs', 'totals-differ'],
    (state) => (bobsCharge(state).captured = false),
  ],
  [
    'a paid order that was refunded',
    ['order-amount-differs', 'totals-differ'],
    (state) => refund(state, 1_700),
  ],
  [
    'two errors that cancel out',
    ['order-amount-differs', 'order-amount-differs'],
    (state) => {
      bobsCharge(state).amount += 100;
      theRow(state.ledger.charges, (charge) => charge.paymentMethod.endsWith('_ada1')).amount -= 100;
    },
  ],
  [
    'money for an order that failed',
    ['money-without-order', 'totals-differ'],
    ({ ledger }) => {
      const charge = theRow(ledger.charges, ({ paymentMethod }) => paymentMethod.endsWith('_dan1'));
      Object.assign(charge, { status: 'succeeded', captured: true });
    },
  ],
  [
    'money that no order knows',
    ['order-amount-differs', 'money-without-order'],
    (state) => {
      bobsCharge(state).paymentIntent = 'pi_unheard_of';
    },
  ],
  [
    'a payment of another amount',
    ['payment-differs-from-order'],
    ({ database }) => {
      theRow(database.payments, bobs).amountMinor += 1;
    },
  ],
  [
    'a payment that failed under a paid order',
    ['payment-differs-from-order'],
    ({ database }) => {
      theRow(database.payments, bobs).status = 'failed';
    },
  ],
  ['another currency', ['currency-differs'], (state) => (bobsCharge(state).currency = 'usd')],
  [
    'a paid order without its payment',
    ['paid-order-without-payment', 'money-without-order'],
    ({ database }) => {
      database.payments.splice(database.payments.findIndex(bobs), 1);
    },
  ],
])('finds %s', (_what, kinds, breakIt) => {
  expect(afterBreaking(NAME, ({ state }) => breakIt(state))).toEqual(['invalid', ...kinds]);
});

test('lets a refund pass that did not go through', () => {
  expect(afterBreaking(NAME, ({ state }) => refund(state, 1_700, 'failed'))).toEqual(['valid']);
});
