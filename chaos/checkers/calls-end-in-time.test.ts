import { expect, test } from 'vitest';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf } from '../testing/verdict-of.ts';

const NAME = 'calls-end-in-time';

test('finds an attempt that took longer than its limit', () => {
  expect(afterBreaking(NAME, (run) => void run.lost(run.intent('zed1'), { tookMs: 10_001 }))).toEqual([
    'invalid',
    'call-took-too-long',
  ]);
});

test('lets an attempt take all of its limit', () => {
  expect(afterBreaking(NAME, (run) => void run.lost(run.intent('zed1'), { tookMs: 10_000 }))).toEqual([
    'valid',
  ]);
});

test('counts the calls that it looked at', () => {
  const run = new HandMade();
  run.lost(run.intent('ada1'));
  run.invoke({ process: 'customer-ada1', f: 'browse', intent: 'ada1' });
  expect(reportOf(NAME, run)).toMatchObject({ premise: 1 });
});

test('gives a whole purchase its own limit', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const call = run.invoke({ process: ada.customer, f: 'purchase', intent: 'ada1' });
  run.complete(call, { type: 'info', errorClass: 'gave_up' }, 59_999);
  expect(reportOf(NAME, run).verdict).toBe('valid');
  const again = run.invoke({ process: ada.customer, f: 'purchase', intent: 'ada1' });
  run.complete(again, { type: 'info', errorClass: 'gave_up' }, 60_001);
  expect(reportOf(NAME, run).violations).toMatchObject([{ kind: 'call-took-too-long' }]);
});

test('finds a call that never ended', () => {
  expect(
    afterBreaking(NAME, (run) => {
      run.invoke({ process: 'customer-zed1', f: 'placeOrder', key: 'key-zed1', intent: 'zed1' });
    }),
  ).toEqual(['invalid', 'call-never-ended']);
});

test('finds a question for the outcome that a healed shop left without an answer', () => {
  const ask = (run: HandMade, errorClass: string) => {
    const question = run.invoke({ process: 'customer-zed1', f: 'outcome', key: 'key-zed1', intent: 'zed1' });
    run.complete(question, { type: 'info', errorClass }, 5_000);
  };
  expect(afterBreaking(NAME, (run) => ask(run, 'timeout'))).toEqual(['invalid', 'outcome-never-told']);
  // Told that there is no way to tell now is told.
  expect(afterBreaking(NAME, (run) => ask(run, 'STORE_UNAVAILABLE'))).toEqual(['valid']);
});

test('lets a question go unanswered while something is broken', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  const question = run.invoke({ process: 'customer-ada1', f: 'outcome', key: 'key-ada1', intent: 'ada1' });
  run.complete(question, { type: 'info', errorClass: 'timeout' }, 5_000);
  run.phase('healed');
  expect(reportOf(NAME, run).verdict).toBe('valid');
});

test('does not believe itself if the harness stood still', () => {
  expect(
    afterBreaking(NAME, (run) => {
      run.lost(run.intent('zed1'), { tookMs: 10_001 });
      run.state.facts.harnessStallMs = 4_000;
    }),
  ).toEqual(['unknown']);
});
