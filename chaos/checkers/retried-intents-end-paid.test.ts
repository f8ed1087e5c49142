import { expect, test } from 'vitest';
import { refused } from '../testing/answers.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'retried-intents-end-paid';

test('finds the intent that was retried after healing and is not paid', () => {
  const run = new HandMade();
  run.healed();
  run.lost(run.intent('ada1'));
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [{ kind: 'retried-intent-not-paid', intent: 'ada1' }],
  });
});

test('finds it pending', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.orders, ({ email }) => email.startsWith('fay1')).status = 'pending';
    }),
  ).toEqual(['invalid', 'retried-intent-not-paid']);
});

test('asks it of a once declined intent that came back with a good card', () => {
  const run = new HandMade();
  const eve = run.intent('eve1', ['declining-card']);
  run.decline(eve);
  run.healed();
  run.lost(eve, { key: 'key-2', ask: { paymentMethod: 'pm_card_visa_eve1' } });
  expect(reportOf(NAME, run).verdict).toBe('invalid');
});

test.each<[string, (run: HandMade) => void]>([
  ['a bad card', (run) => run.decline(run.intent('dan1', ['declining-card']))],
  ['a bad payload', (run) => run.lost(run.intent('ada1', ['bad-payload']))],
  ['the stock gone', (run) => run.attempt(run.intent('ada1'), refused('OUT_OF_STOCK', 409))],
])('asks nothing of an intent with %s', (_what, act) => {
  const run = new HandMade();
  run.healed();
  act(run);
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});

test('is unknown if healing was never seen', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'crash' });
});
