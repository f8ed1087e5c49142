import { describe, expect, test } from 'vitest';
import { IdempotencyError, OutcomeUnknown, TemporarilyUnavailable } from './errors.ts';
import { asRefusal, refusalOf } from './failure.ts';
import { CommitUnknown, StoreUnavailable, TransactionAborted } from './store.ts';
import { now, record } from './testing/records.ts';

const reading = { record: record('stuck'), now };

describe('what decide refuses', () => {
  test.each([
    [
      'whose operation it is',
      'BEING_VERIFIED',
      { operationId: 'op_1', serverTime: null, retryAfterMs: null },
    ],
    ['nothing to a stranger', 'OPERATION_NOT_FOUND', { operationId: null, serverTime: null }],
    ['the store’s time where a key is too old', 'IDEMPOTENCY_KEY_EXPIRED', { serverTime: now }],
    ['the store’s time where a key is too new', 'IDEMPOTENCY_KEY_FROM_THE_FUTURE', { serverTime: now }],
    ['when to ask a newer node', 'OPERATION_OF_NEWER_VERSION', { operationId: 'op_1', retryAfterMs: 1_000 }],
  ] as const)('tells %s', (_, code, told) => {
    expect(refusalOf(code, reading)).toMatchObject({ code, ...told });
  });

  test('tells no operation where there is none', () => {
    const refusal = refusalOf('IDEMPOTENCY_KEY_EXPIRED', { record: null, now });
    expect(refusal).toMatchObject({ operationId: null, serverTime: now });
  });
});

describe('a failure', () => {
  test.each([
    [new StoreUnavailable('away'), 'STORE_UNAVAILABLE'],
    [new CommitUnknown('no answer'), 'STORE_UNAVAILABLE'],
    [new TemporarilyUnavailable('not now'), 'TEMPORARILY_UNAVAILABLE'],
    [new TransactionAborted('deadlock'), 'TEMPORARILY_UNAVAILABLE'],
    [new OutcomeUnknown('outside of any step'), 'INTERNAL'],
    [new TypeError('a bug'), 'INTERNAL'],
    ['not even an error', 'INTERNAL'],
  ])('%s is answered as %s', (cause, code) => {
    expect(asRefusal(cause, 'op_1', 250)).toMatchObject({
      code,
      cause,
      operationId: 'op_1',
      retryAfterMs: 250,
    });
  });

  test('that nothing is known of may be tried again after a second', () => {
    expect(asRefusal(new StoreUnavailable('away'))).toMatchObject({ operationId: null, retryAfterMs: 1_000 });
  });

  test('that is an answer already stays it', () => {
    const refusal = new IdempotencyError('OPERATION_IN_PROGRESS');
    expect(asRefusal(refusal, 'op_2', 5)).toBe(refusal);
  });
});
