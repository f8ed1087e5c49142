import { describe, expect, test } from 'vitest';
import { idOf, inquiryOf, type Question } from './inquiry.ts';
import { at, HOUR_MS, now, policy, record } from './testing/records.ts';

const asked = (madeAtMs: number): Question => ({
  key: { kind: 'valid', key: 'k', madeAtMs },
  scope: 'alice',
  principal: 'alice',
  procedure: 'p',
  policy,
});

describe('a question', () => {
  test.each([
    ['missing', 'IDEMPOTENCY_KEY_MISSING'],
    ['malformed', 'IDEMPOTENCY_KEY_MALFORMED'],
  ] as const)('whose key is %s names nothing', (kind, code) => {
    expect(() => idOf({ ...asked(0), key: { kind } })).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('names key, scope and procedure', () => {
    expect(idOf(asked(0))).toEqual({ key: 'k', scope: 'alice', procedure: 'p' });
  });
});

describe('a key that no record is of', () => {
  test.each([
    ['not seen, to the end of its window', -72 * HOUR_MS, 'not_seen'],
    ['expired after it', -72 * HOUR_MS - 1, 'expired'],
  ])('is %s', (_, offsetMs, state) => {
    const inquiry = inquiryOf({ record: null, now }, asked(at(offsetMs).getTime()));
    // An expired one may have executed inside its window, and been forgotten.
    expect(inquiry).toEqual({ state, definite: false, operationId: null, outcome: null });
  });
});

describe('a record', () => {
  const of = (...stored: Parameters<typeof record>) =>
    inquiryOf({ record: record(...stored), now }, asked(now.getTime()));

  test('that is settled is definite, with its outcome', () => {
    const outcome = { kind: 'succeeded', text: '{}' };
    expect(of('succeeded')).toEqual({ state: 'succeeded', definite: true, operationId: 'op_1', outcome });
  });

  test('that isn’t settled is not', () => {
    expect(of('stuck')).toEqual({ state: 'stuck', definite: false, operationId: 'op_1', outcome: null });
  });

  test('of a newer version is definite, though its answer can’t be read', () => {
    expect(of('failed', { policyVersion: 3 })).toMatchObject({ definite: true, outcome: null });
  });

  test('of a key that was closed under another version is closed', () => {
    expect(of('void', { policyVersion: 3 })).toMatchObject({ definite: true, outcome: { kind: 'void' } });
  });

  test('of someone else is told of to nobody', () => {
    expect(() => of('succeeded', { principal: 'bob' })).toThrow(
      expect.objectContaining({ code: 'OPERATION_NOT_FOUND', operationId: null }) as Error,
    );
  });
});
