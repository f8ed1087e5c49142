import { expect, test } from 'vitest';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'one-order-per-intent';

test('finds the second paid order of an intent, and names intent and orders', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.buy(ada);
  run.buy(ada, { key: 'key-2' });
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [
      { kind: 'second-paid-order', intent: 'ada1', proof: { rows: ['orders/order-1', 'orders/order-2'] } },
    ],
  });
});

test('finds it through a second checkout and a second customer too', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const bob = theRow(run.state.intents, ({ nonce }) => nonce === 'bob1');
      run.buy(bob, { key: 'key-2', ask: { checkoutId: 'another-checkout' } });
      Object.assign(run.state.database.orders.at(-1) ?? {}, { customerId: 'id-of-nobody' });
    }),
  ).toEqual(['invalid', 'second-paid-order']);
});

test('lets an intent fail first and be paid then', () => {
  const run = new HandMade();
  const eve = run.intent('eve1', ['declining-card']);
  run.decline(eve);
  run.buy(eve, { key: 'key-2', ask: { paymentMethod: 'pm_card_visa_eve1' } });
  expect(reportOf(NAME, run).verdict).toBe('valid');
});

test.each(['nobody@example.com', 'xada1x@example.com', 'ada1.bob1@example.com'])(
  'finds the order of %s',
  (email) => {
    expect(
      afterBreaking(NAME, ({ state }) => {
        theRow(state.database.orders, (order) => order.status === 'failed').email = email;
      }),
    ).toEqual(['invalid', 'order-of-unknown-intent']);
  },
);

test('finds a nonce wherever it stands in the address', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.orders, (order) => order.email.startsWith('ada1')).email =
        'Buyer+ADA1@shop.example.com';
    }),
  ).toEqual(['valid']);
});

test('finds a payment of no intent', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.payments, () => true).paymentMethod = 'pm_card_visa';
    }),
  ).toEqual(['invalid', 'payment-of-unknown-intent']);
});

test("finds an order that is paid with another intent's card", () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.payments, () => true).paymentMethod = 'pm_card_visa_bob1';
    }),
  ).toEqual(['invalid', 'payment-of-another-intent']);
});
