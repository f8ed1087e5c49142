import { expect, test } from 'vitest';
import { livenessOf } from './liveness.ts';
import { acknowledged, neverRuns } from './testing/answers.ts';
import { HandMade } from './testing/hand-made.ts';

test('what was under way while a fault was on counts, and a definite no is an answer too', () => {
  const run = new HandMade();
  const before = run.intent('before1');
  run.buy(before);

  run.fault('inject', 'latency', 'edge@web-1');
  const ada = run.intent('ada1');
  const call = run.invoke({ process: ada.customer, f: 'purchase', intent: ada.nonce });
  run.lost(ada, { call });
  run.attempt(ada, acknowledged(run.settlePaid(ada)), { call });
  run.complete(call, { type: 'ok', value: null });
  const bob = run.intent('bob1');
  const bobs = run.invoke({ process: bob.customer, f: 'purchase', intent: bob.nonce });
  run.attempt(bob, neverRuns('NOT_FOUND', 404), { call: bobs });
  run.fault('heal', 'latency', 'edge@web-1');
  run.complete(bobs, { type: 'info', errorClass: 'timeout' });

  run.buy(run.intent('after1'));
  expect(livenessOf(run.history, run.state)).toEqual({
    callsUnderFault: { asked: 2, answered: 1 },
    attemptsUnderFault: { asked: 3, answered: 2 },
    settledAfterMs: 1_200,
  });
});

test('without a fault nothing was under one, and without a final read nothing settled', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  expect(livenessOf(run.history, null)).toEqual({
    callsUnderFault: { asked: 0, answered: 0 },
    attemptsUnderFault: { asked: 0, answered: 0 },
    settledAfterMs: null,
  });
});
