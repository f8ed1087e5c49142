import { expect, test } from 'vitest';
import type { PlantedCause } from '../final-state.ts';
import { neverRuns, refused } from '../testing/answers.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf } from '../testing/verdict-of.ts';

const NAME = 'refusals-have-a-cause';

test.each([
  'CARD_DECLINED',
  'INSUFFICIENT_FUNDS',
  'OUT_OF_STOCK',
  'CHECKOUT_CHANGED',
  'PAYMENT_CANCELLED',
  'OPERATION_CLOSED',
])('finds %s for a good card, with stock, and nothing planted', (code) => {
  expect(
    afterBreaking(NAME, (run) => {
      run.attempt(run.intent('zed1'), refused(code, 409));
    }),
  ).toEqual(['invalid', 'refusal-without-cause']);
});

test('finds a decline that says the wrong thing about a bad card', () => {
  expect(
    afterBreaking(NAME, (run) => {
      run.attempt(run.intent('zed1', ['declining-card']), refused('INSUFFICIENT_FUNDS', 402));
    }),
  ).toEqual(['invalid', 'refusal-without-cause']);
});

test('finds a reused key that was not', () => {
  expect(
    afterBreaking(NAME, (run) => {
      run.attempt(run.intent('zed1'), neverRuns('IDEMPOTENCY_KEY_REUSED', 422));
    }),
  ).toEqual(['invalid', 'refusal-without-cause']);
});

test('a key is missing only where none was sent', () => {
  const told = (key: string | null) => {
    const run = new HandMade();
    const { customer, nonce } = run.intent('zed1');
    const invoke = run.invoke({ process: customer, f: 'placeOrder', key, intent: nonce });
    run.complete(invoke, neverRuns('IDEMPOTENCY_KEY_MISSING', 400));
    return reportOf(NAME, run).verdict;
  };
  expect([told(null), told('key-zed1')]).toEqual(['valid', 'invalid']);
});

test('finds a code that it has never heard of, if a client took it for definite', () => {
  expect(
    afterBreaking(NAME, (run) => {
      run.attempt(run.intent('zed1'), { ...refused('CLOSED_ON_SUNDAYS', 403), type: 'fail' });
    }),
  ).toEqual(['invalid', 'refusal-without-cause']);
});

test.each<[PlantedCause, string]>([
  ['insufficient-funds', 'INSUFFICIENT_FUNDS'],
  ['changed-checkout', 'CHECKOUT_CHANGED'],
  ['unprepared-payment', 'PAYMENT_NOT_PREPARED'],
  ['foreign-checkout', 'CHECKOUT_NOT_FOUND'],
])('accepts for %s the refusal %s', (cause, code) => {
  const run = new HandMade();
  run.attempt(run.intent('zed1', [cause]), refused(code, 409));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
});

test('accepts OUT_OF_STOCK when others had bought it all', () => {
  const run = new HandMade();
  const [ada, bob] = [run.intent('ada1'), run.intent('bob1')];
  run.buy(ada, { ask: run.ask(ada, 9) });
  run.attempt(bob, refused('OUT_OF_STOCK', 409), { ask: run.ask(bob, 2) });
  expect(reportOf(NAME, run).verdict).toBe('valid');
  run.wait(1_000);
  // One was left.
  run.attempt(bob, refused('OUT_OF_STOCK', 409), { key: 'key-2' });
  expect(reportOf(NAME, run).violations).toMatchObject([{ kind: 'refusal-without-cause', intent: 'bob1' }]);
});

test('accepts OUT_OF_STOCK while the last piece was reserved, though it came back', () => {
  const run = new HandMade();
  const [dan, bob] = [run.intent('dan1', ['declining-card']), run.intent('bob1')];
  const early = run.invoke({
    process: bob.customer,
    f: 'placeOrder',
    key: 'key-bob1',
    intent: 'bob1',
    payloadHash: 'x',
    value: run.ask(bob),
  });
  run.wait(500);
  run.decline(dan, { ask: run.ask(dan, 10) });
  run.wait(500);
  run.complete(early, refused('OUT_OF_STOCK', 409));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 2 });
  run.wait(1_000);
  run.attempt(bob, refused('OUT_OF_STOCK', 409), { key: 'key-2' });
  expect(reportOf(NAME, run).verdict).toBe('invalid');
});

test('accepts OPERATION_CLOSED for a key that was closed', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const close = run.invoke({ process: ada.customer, f: 'close', key: 'key-ada1', intent: 'ada1' });
  run.complete(close, { type: 'info', errorClass: 'network' });
  run.attempt(ada, refused('OPERATION_CLOSED', 409));
  expect(reportOf(NAME, run).verdict).toBe('valid');
});
