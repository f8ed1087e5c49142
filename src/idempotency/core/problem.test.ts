import { expect, test } from 'vitest';
import { IdempotencyError, Refusal } from './errors.ts';
import { problemOfError, problemOfRefusal } from './problem.ts';

test('an error’s problem is its row of the table, and what is known of the call', () => {
  const error = new IdempotencyError('OPERATION_IN_PROGRESS', { operationId: 'op_1', retryAfterMs: 250 });
  expect(problemOfError(error)).toEqual({
    type: 'about:blank',
    title: 'Operation in progress',
    status: 409,
    detail: 'The first call with this key is still being worked on. Send it again with the same key.',
    code: 'OPERATION_IN_PROGRESS',
    definite: false,
    retryable: true,
    retryAfterMs: 250,
    operationId: 'op_1',
  });
});

test('the store’s clock is told where the caller’s own may be wrong', () => {
  const serverTime = new Date('2026-11-22T12:00:00Z');
  const problem = problemOfError(new IdempotencyError('IDEMPOTENCY_KEY_EXPIRED', { serverTime }));
  expect(problem.serverTime).toBe('2026-11-22T12:00:00.000Z');
});

test('a refusal’s problem is definite, since it is stored', () => {
  const refusal = new Refusal('SOLD_OUT', { status: 409, title: 'Sold out', detail: 'There is none left.' });
  expect(problemOfRefusal(refusal, 'op_1')).toEqual({
    type: 'about:blank',
    title: 'Sold out',
    status: 409,
    detail: 'There is none left.',
    code: 'SOLD_OUT',
    definite: true,
    retryable: false,
    retryAfterMs: null,
    operationId: 'op_1',
  });
});
