import { expect, test } from 'vitest';
import { classifyAnswer } from '../history/answer.ts';
import { asPlacedOrder } from '../history/value.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf } from '../testing/verdict-of.ts';

const NAME = 'answers-are-well-formed';

function answer(httpStatus: number, body: string, complete = true) {
  return classifyAnswer({ httpStatus, replayed: false, body: Buffer.from(body), complete }, asPlacedOrder);
}

test.each([
  [200, ''],
  [200, 'null'],
  [200, '{"result":{"data":{"orderId":"order-1"}}}'],
  [500, '{"result":{"data":{}}}'],
])('finds a complete %i with the body %j', (httpStatus, body) => {
  expect(
    afterBreaking(NAME, (run) => {
      run.attempt(run.intent('zed1'), answer(httpStatus, body));
    }),
  ).toEqual(['invalid', 'bad-body']);
});

test.each([
  [200, '{"result":{"da', false],
  [502, '<h1>Bad gateway</h1>', true],
  [503, '{"error":{"data":{"code":"STORE_UNAVAILABLE"}}}', true],
])('lets a %i with %j pass', (httpStatus, body, complete) => {
  expect(
    afterBreaking(NAME, (run) => {
      run.attempt(run.intent('zed1'), answer(httpStatus, body, complete));
    }),
  ).toEqual(['valid']);
});

test('is unknown where no answer ever came whole', () => {
  const run = new HandMade();
  run.attempt(run.intent('ada1'), answer(200, '{"result"', false));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});
