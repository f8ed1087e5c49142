import { expect, test } from 'vitest';
import { acknowledged, refused } from '../testing/answers.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf } from '../testing/verdict-of.ts';

const NAME = 'one-payload-per-key';

test('finds a key that was acknowledged with two payloads', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const order = run.buy(ada);
  run.attempt(ada, acknowledged(order, true), { payload: 'another' });
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [{ kind: 'key-accepted-with-two-payloads', intent: 'ada1' }],
  });
});

test('takes a stored refusal for acceptance too', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const zed = run.intent('zed1', ['declining-card']);
      run.decline(zed);
      run.attempt(zed, acknowledged(run.settlePaid(zed)), { payload: 'another' });
    }),
  ).toEqual(['invalid', 'key-accepted-with-two-payloads']);
});

test('lets a closed key answer every payload alike', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const zed = run.intent('zed1');
      run.attempt(zed, refused('OPERATION_CLOSED', 409));
      run.attempt(zed, refused('OPERATION_CLOSED', 409), { payload: 'another' });
    }),
  ).toEqual(['valid']);
});

test('is unknown where no key came twice', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});

test('takes the same key of two customers for two keys', () => {
  expect(
    afterBreaking(NAME, (run) => {
      run.buy(run.intent('zed1'), { key: 'key-ada1' });
    }),
  ).toEqual(['valid']);
});
