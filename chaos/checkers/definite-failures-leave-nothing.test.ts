import { expect, test } from 'vitest';
import { neverRuns, refused } from '../testing/answers.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'definite-failures-leave-nothing';

function refund(run: HandMade): void {
  const charge = run.state.ledger.charges.at(-1);
  if (charge === undefined) throw new Error('nothing was charged');
  run.state.ledger.refunds.push({
    id: 're_1',
    paymentIntent: charge.paymentIntent,
    charge: charge.id,
    amount: charge.amount,
    currency: charge.currency,
    status: 'succeeded',
    createdMs: 1,
  });
}

test('finds the paid order of a refused intent, and the money that it kept', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.settlePaid(ada);
  run.attempt(ada, refused('OUT_OF_STOCK', 409));
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [
      { kind: 'paid-order-after-definite-failure' },
      { kind: 'money-kept-after-definite-failure' },
    ],
  });
});

test('finds money that a declined intent paid', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      const charge = theRow(state.ledger.charges, ({ paymentMethod }) => paymentMethod.endsWith('_dan1'));
      Object.assign(charge, { status: 'succeeded', captured: true });
    }),
  ).toEqual(['invalid', 'money-kept-after-definite-failure']);
});

test('lets a charge pass that was refunded', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.settlePaid(ada);
  Object.assign(run.state.database.orders[0] ?? {}, { status: 'failed' });
  refund(run);
  run.attempt(ada, refused('PAYMENT_CANCELLED', 402));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
});

test.each<[string, (run: HandMade) => void]>([
  ['whose answer was lost', (run) => run.lost(run.intent('ada1'))],
  [
    'with one key refused and another unknown',
    (run) => {
      const ada = run.intent('ada1');
      run.attempt(ada, refused('CARD_DECLINED', 402));
      run.lost(ada, { key: 'key-2' });
    },
  ],
  [
    'where only one copy was proven not executed',
    (run) => {
      const ada = run.intent('ada1');
      run.lost(ada);
      run.attempt(ada, { type: 'fail', errorClass: 'not_sent' });
    },
  ],
  [
    'where a copy without a cookie was turned away',
    (run) => {
      const ada = run.intent('ada1');
      run.lost(ada);
      run.attempt(ada, neverRuns('UNAUTHENTICATED', 401));
    },
  ],
])('does not judge an intent %s', (_what, act) => {
  const run = new HandMade();
  act(run);
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});

test.each<[string, (run: HandMade) => void]>([
  [
    'a refusal told after the first answer was lost',
    (run) => {
      const ada = run.intent('ada1');
      run.lost(ada);
      run.attempt(ada, refused('CARD_DECLINED', 402, true));
    },
  ],
  [
    'every copy proven not executed',
    (run) => run.attempt(run.intent('ada1'), { type: 'fail', errorClass: 'not_sent' }),
  ],
  [
    'a key that was closed after its answer was lost',
    (run) => {
      const ada = run.intent('ada1');
      run.lost(ada);
      const close = run.invoke({ process: ada.customer, f: 'close', key: 'key-ada1', intent: 'ada1' });
      run.complete(close, {
        type: 'ok',
        value: { state: 'void', definite: true, operationId: null, result: null, error: null },
      });
    },
  ],
])('takes for definite: %s', (_what, act) => {
  const run = new HandMade();
  act(run);
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
});
