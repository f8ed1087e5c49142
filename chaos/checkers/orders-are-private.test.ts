import { expect, test } from 'vitest';
import { acknowledgementsOf } from '../history/acknowledgements.ts';
import type { Acknowledgement } from '../history/acknowledgements.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'orders-are-private';

const ANSWER = { httpStatus: 200, bodyHash: 'x', replayed: false };
function theAcknowledgement(run: HandMade, nonce: string): Acknowledgement {
  const found = acknowledgementsOf(run.history).find(({ event }) => event.intent === nonce);
  if (found === undefined) throw new Error(`${nonce} was never acknowledged`);
  return found;
}

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

test('finds an outcome that was told to whoever has the key', () => {
  const askedBy = (customer: string) => (run: HandMade) => {
    const { order } = theAcknowledgement(run, 'ada1');
    const question = run.invoke({
      process: customer,
      f: 'outcome',
      key: 'key-ada1',
      intent: 'ada1',
    });
    const value = { state: 'succeeded', definite: true, operationId: null, result: order, error: null };
    run.complete(question, { type: 'ok', value, response: ANSWER });
  };
  expect(afterBreaking(NAME, askedBy('customer-bob1'))).toEqual(['invalid', 'outcome-told-to-another']);
  expect(afterBreaking(NAME, askedBy('customer-ada1'))).toEqual(['valid']);
});

test('lets a stranger with a key be told that there is nothing', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const question = run.invoke({
        process: 'customer-bob1',
        f: 'outcome',
        key: 'key-ada1',
        intent: 'ada1',
      });
      const value = { state: 'not_seen', definite: false, operationId: null, result: null, error: null };
      run.complete(question, { type: 'ok', value, response: ANSWER });
    }),
  ).toEqual(['valid']);
});

test('a stranger’s question puts it to the test, one’s own doesn’t', () => {
  const askedBy = (customer: string) => {
    const run = new HandMade();
    run.buy(run.intent('ada1'));
    run.intent('bob1');
    const question = run.invoke({ process: customer, f: 'outcome', key: 'key-ada1', intent: 'ada1' });
    run.complete(question, { type: 'info', errorClass: 'OPERATION_NOT_FOUND', response: ANSWER });
    return reportOf(NAME, run).premise;
  };
  expect([askedBy('customer-bob1'), askedBy('customer-ada1')]).toEqual([1, 0]);
});

test('an empty list tests nothing while nobody else has an order', () => {
  const run = new HandMade();
  run.buy(run.intent('bob1'));
  const look = run.invoke({ process: 'customer-bob1', f: 'listOrders' });
  run.complete(look, { type: 'ok', value: [order('bob1')], response: ANSWER });
  expect(reportOf(NAME, run).premise).toBe(0);
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
