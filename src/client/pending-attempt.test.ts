import { expect, test } from 'vitest';
import { mintKey } from './key.ts';
import { hasInput, parseAttempt } from './pending-attempt.ts';
import type { PendingAttempt } from './pending-attempt.ts';

const attempt: PendingAttempt = {
  customer: 'customer-1',
  procedure: 'checkout.placeOrder',
  intent: 'checkout-1',
  key: mintKey(0),
  input: { checkoutId: 'checkout-1', version: 3 },
  createdAtMs: 0,
  attempts: 0,
  operationId: null,
};

test('an attempt survives being stored as text', () => {
  expect(parseAttempt(JSON.stringify(attempt))).toEqual(attempt);
});

test('one without input, too', () => {
  const { input: _none, ...rest } = attempt;
  expect(parseAttempt(JSON.stringify(rest))).toEqual({ ...attempt, input: undefined });
});

test.each([
  ['no JSON', 'null}'],
  ['another value', '7'],
  ['one without its key', JSON.stringify({ ...attempt, key: undefined })],
  ['one with a key that the server would refuse', JSON.stringify({ ...attempt, key: 'undefined' })],
])('a text that is %s is no attempt', (_what, text) => {
  expect(parseAttempt(text)).toBeNull();
});

test('inputs are compared as the server gets them', () => {
  expect(hasInput(attempt, { version: 3, checkoutId: 'checkout-1', coupon: undefined })).toBe(true);
  expect(hasInput(attempt, { version: 4, checkoutId: 'checkout-1' })).toBe(false);
});
