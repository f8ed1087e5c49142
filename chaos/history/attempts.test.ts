import { expect, test } from 'vitest';
import { acknowledged, neverRuns, refused } from '../testing/answers.ts';
import { HandMade } from '../testing/hand-made.ts';
import { keyUsesOf, pairsOf } from './attempts.ts';

test('keeps apart what was asked with one key and two payloads', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.buy(ada);
  run.attempt(ada, neverRuns('IDEMPOTENCY_KEY_REUSED', 422), { payload: 'another' });
  expect(keyUsesOf(run.history).map(({ resolution }) => resolution)).toEqual(['acknowledged', 'refused']);
});

test('an acknowledgement outweighs a refusal: that they contradict is for a checker to say', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const order = run.settlePaid(ada);
  run.attempt(ada, refused('CARD_DECLINED', 402));
  run.attempt(ada, acknowledged(order));
  expect(keyUsesOf(run.history)).toMatchObject([{ resolution: 'acknowledged', attempts: [{}, {}] }]);
});

test('attempts without a key stand each for itself', () => {
  const run = new HandMade();
  const process = 'customer-ada1';
  for (let sent = 0; sent < 2; sent += 1) {
    const invoke = run.invoke({ process, f: 'placeOrder', intent: 'ada1', payloadHash: 'x' });
    run.complete(invoke, neverRuns('IDEMPOTENCY_KEY_MISSING', 400));
  }
  expect(keyUsesOf(run.history)).toHaveLength(2);
});

test('an attempt that never ended leaves its key unknown', () => {
  const run = new HandMade();
  run.invoke({ process: 'customer-ada1', f: 'placeOrder', key: 'key', intent: 'ada1', payloadHash: 'x' });
  expect(keyUsesOf(run.history)).toMatchObject([{ resolution: 'unknown' }]);
});

test('an answer that says it is not definite changes nothing', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.lost(ada);
  const asked = run.invoke({ process: ada.customer, f: 'outcome', key: 'key-ada1', intent: 'ada1' });
  run.complete(asked, {
    type: 'ok',
    value: { state: 'not_seen', definite: false, operationId: null, result: null, error: null },
  });
  expect(keyUsesOf(run.history)).toMatchObject([{ resolution: 'unknown' }]);
});

test('a history that contradicts itself is refused', () => {
  const run = new HandMade();
  const invoke = run.invoke({ process: 'p', f: 'browse' });
  run.complete(invoke, { type: 'ok' });
  run.complete(invoke, { type: 'ok' });
  expect(() => pairsOf(run.history)).toThrow('completes 1 a second time');
  expect(() => pairsOf(run.history.slice(2))).toThrow('completes nothing that was invoked');
});
