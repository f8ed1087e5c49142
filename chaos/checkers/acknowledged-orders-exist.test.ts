import { expect, test } from 'vitest';
import type { FinalState } from '../final-state.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'acknowledged-orders-exist';

/** Bob's order is acknowledged twice: by his attempt and by the call that made it. */
function bobsOrder(state: FinalState) {
  return theRow(state.database.orders, ({ email }) => email.startsWith('bob1'));
}

test.each<[string, (state: FinalState) => void]>([
  [
    'acknowledged-order-missing',
    (state) => state.database.orders.splice(state.database.orders.indexOf(bobsOrder(state)), 1),
  ],
  ['acknowledged-order-not-paid', (state) => (bobsOrder(state).status = 'failed')],
  ['acknowledged-total-differs', (state) => (bobsOrder(state).totalMinor += 1)],
  ['acknowledged-total-differs', (state) => (bobsOrder(state).currency = 'USD')],
  ['acknowledged-to-another-intent', (state) => (bobsOrder(state).email = 'ada1@example.com')],
  [
    'acknowledged-lines-differ',
    ({ database }) =>
      (theRow(database.orderLines, ({ customerId }) => customerId.includes('bob1')).quantity = 2),
  ],
])('finds %s', (kind, breakIt) => {
  expect(afterBreaking(NAME, ({ state }) => breakIt(state))).toEqual(['invalid', kind, kind]);
});

test('holds the answer to a question for the outcome to its word', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const order = run.settlePaid(ada);
  run.lost(ada);
  const asked = run.invoke({ process: ada.customer, f: 'outcome', key: 'key-ada1', intent: 'ada1' });
  run.complete(asked, {
    type: 'ok',
    value: { state: 'succeeded', definite: true, operationId: order.operationId, result: order, error: null },
  });
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
  run.state.database.orders.pop();
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [{ kind: 'acknowledged-order-missing', proof: { events: [asked.index + 1] } }],
  });
});

test('asks nothing of an order whose answer was lost', () => {
  const run = new HandMade();
  run.lost(run.intent('ada1'));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});

test('is unknown if the recorder took something for an acknowledgement that is none', () => {
  const run = new HandMade();
  run.attempt(run.intent('ada1'), { type: 'ok', value: { orderId: 'order-1' } });
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'crash' });
});
