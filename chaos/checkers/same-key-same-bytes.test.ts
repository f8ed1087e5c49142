import { expect, test } from 'vitest';
import { acknowledged, refused } from '../testing/answers.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'same-key-same-bytes';

test('finds a replay with other bytes', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const order = run.buy(ada);
  run.attempt(ada, acknowledged({ ...order, totalMinor: 1 }, true));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'invalid', violations: [{ kind: 'answers-differ' }] });
});

test('finds a refusal after an acknowledgement', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const zed = run.intent('zed1');
      run.buy(zed);
      run.attempt(zed, refused('CARD_DECLINED', 402, true));
    }),
  ).toEqual(['invalid', 'answers-differ']);
});

test('finds a replay that does not say so', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const zed = run.intent('zed1');
      run.attempt(zed, acknowledged(run.buy(zed)));
    }),
  ).toEqual(['invalid', 'replay-not-marked']);
});

test('finds a stored outcome that is not what was acknowledged', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.records, ({ key }) => key === 'key-ada1').outcome = '{"orderId":"order-99"}';
    }),
  ).toEqual(['invalid', 'stored-outcome-differs']);
});

test.each(['orderId', 'reference'] as const)('finds a stored outcome with another %s', (what) => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      const record = theRow(state.database.records, ({ key }) => key === 'key-ada1');
      const outcome = JSON.parse(record.outcome ?? '{}') as Record<string, string>;
      record.outcome = JSON.stringify({ ...outcome, [what]: 'another' });
    }),
  ).toEqual(['invalid', 'stored-outcome-differs']);
});

test('finds an acknowledged key without its record', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      state.database.records = state.database.records.filter(({ key }) => key !== 'key-bob1');
    }),
  ).toEqual(['invalid', 'record-missing']);
});

test('holds replayed refusals to their bytes, and leaves waiting alone', () => {
  const run = new HandMade();
  const dan = run.intent('dan1', ['declining-card']);
  run.attempt(dan, { ...refused('OPERATION_IN_PROGRESS', 409), type: 'info' });
  run.decline(dan);
  run.attempt(dan, refused('CARD_DECLINED', 402, true));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
});

test('lets two customers have the same key', () => {
  expect(afterBreaking(NAME, (run) => void run.buy(run.intent('zed1'), { key: 'key-ada1' }))).toEqual([
    'valid',
  ]);
});
