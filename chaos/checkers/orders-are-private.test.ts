import { expect, test } from 'vitest';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'orders-are-private';

const ANSWER = { httpStatus: 200, bodyHash: 'x', replayed: false };
const order = (nonce: string) => ({
  orderId: `order-of-${nonce}`,
  status: 'paid',
  totalMinor: 1,
  email: `${nonce}@example.com`,
});

test('finds an order that was shown to another', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const look = run.invoke({ process: 'customer-bob1', f: 'readOrder', intent: 'ada1' });
      run.complete(look, { type: 'ok', value: order('ada1'), response: ANSWER });
    }),
  ).toEqual(['invalid', 'order-seen-by-another']);
});

test('finds it in a list, and says whose it is', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  run.buy(run.intent('bob1'));
  const look = run.invoke({ process: 'customer-bob1', f: 'listOrders' });
  run.complete(look, { type: 'ok', value: [order('bob1'), order('ada1')], response: ANSWER });
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [
      { kind: 'order-seen-by-another', intent: 'ada1', proof: { events: [look.index, look.index + 1] } },
    ],
  });
});

test('lets a customer see its own, in any tab', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  run.buy(run.intent('bob1'));
  const look = run.invoke({ process: 'customer-bob1/tab-2', f: 'listOrders' });
  run.complete(look, { type: 'ok', value: [order('bob1')], response: ANSWER });
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
});

test('finds two customers with one session', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.orders, ({ email }) => email.startsWith('bob1')).customerId =
        'id-of-customer-ada1';
    }),
  ).toEqual(['invalid', 'customers-taken-for-one']);
});

test('is unknown where nobody looked at what is not theirs', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  run.buy(run.intent('bob1'));
  const look = run.invoke({ process: 'customer-bob1', f: 'readOrder', intent: 'bob1' });
  run.complete(look, { type: 'ok', value: order('bob1'), response: ANSWER });
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});
