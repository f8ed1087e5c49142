import { TRPCClientError } from '@trpc/client';
import { describe, expect, test } from 'vitest';
import { OutcomeUnknownToClient } from './attempt-errors.ts';
import { judge } from './judgement.ts';
import { definite } from './refusal.ts';

function refusal(code: string, isDefinite: boolean): Error {
  const data = {
    code,
    status: 400,
    title: code,
    detail: code,
    definite: isDefinite,
    retryable: false,
    retryAfterMs: null,
    operationId: null,
  };
  return TRPCClientError.from({ error: { code: -32_000, message: code, data } });
}

describe('a refusal stored under the key settles the attempt, whatever went before', () => {
  test.each(['CARD_DECLINED', 'OUT_OF_STOCK', 'OPERATION_CLOSED', 'IDEMPOTENCY_KEY_REUSED'])('%s', (code) => {
    expect(judge(refusal(code, true), 1)).toBe('settled');
    expect(judge(refusal(code, true), 5)).toBe('settled');
  });
});

describe('a refusal of one request says nothing of an earlier one', () => {
  test.each(['UNAUTHENTICATED', 'BAD_INPUT', 'IDEMPOTENCY_KEY_MISSING', 'OPERATION_NOT_FOUND'])(
    '%s',
    (code) => {
      expect(judge(refusal(code, true), 1)).toBe('settled');
      expect(judge(refusal(code, true), 2)).toBe('unknown');
    },
  );
});

describe('a key out of its window may be replaced only if it was never used', () => {
  test.each(['IDEMPOTENCY_KEY_EXPIRED', 'IDEMPOTENCY_KEY_FROM_THE_FUTURE'])('%s', (code) => {
    expect(judge(refusal(code, false), 1)).toBe('key-unusable');
    expect(judge(refusal(code, false), 2)).toBe('unknown');
  });
});

test('everything else is unknown', () => {
  expect(judge(refusal('OPERATION_IN_PROGRESS', false), 1)).toBe('unknown');
  expect(judge(new TypeError('fetch failed'), 1)).toBe('unknown');
  expect(judge(TRPCClientError.from({ error: { code: 1, message: 'x', data: { definite: true } } }), 1)).toBe(
    'unknown',
  );
});

test('an unknown outcome is not definite because its cause is', () => {
  const declined = refusal('UNAUTHENTICATED', true);
  const attempt = {
    customer: 'c',
    procedure: 'p',
    intent: 'i',
    key: 'k',
    input: null,
    createdAtMs: 0,
    attempts: 2,
    operationId: null,
  };
  expect(definite(declined)).toBe(true);
  expect(definite(TRPCClientError.from(new OutcomeUnknownToClient(attempt, declined)))).toBe(false);
});
