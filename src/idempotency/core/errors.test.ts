import { describe, expect, test } from 'vitest';
import {
  AlreadyInProgress,
  errorTable,
  IdempotencyError,
  OutcomeUnknown,
  Refusal,
  TemporarilyUnavailable,
} from './errors.ts';
import { ClaimLost, CommitUnknown, StoreUnavailable, TransactionAborted } from './store.ts';

test('the documentation’s table is this table', async () => {
  const rows = Object.entries(errorTable).map(
    ([code, { status, definite, retryable, detail }]) =>
      `| \`${code}\` | ${status} | ${definite ? 'yes' : 'no'} | ${retryable ? 'yes' : 'no'} | ${detail} |`,
  );
  const page = [
    '# Errors of the idempotency engine',
    '',
    'Made from `core/errors.ts` by its test (`npx vitest run core/errors -u`).',
    '',
    '*Definite*: stored under the key, or true for ever; only then may a caller make a new key for the same intent.',
    '*Retry*: the same call with the same key may be sent again, after `Retry-After`.',
    '',
    '| code | status | definite | retry | what it says |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../errors.md');
});

test('what may be retried is never definite', () => {
  for (const row of Object.values(errorTable)) expect(row.definite && row.retryable).toBe(false);
});

test('every error has a title', () => {
  for (const { title } of Object.values(errorTable)) expect(title).toMatch(/^[A-Z][a-z ]+$/);
});

const no = { status: 409, title: 'No', detail: 'Not today.' };

describe('errors in a log', () => {
  test.each([
    ['IdempotencyError: There is no such operation.', new IdempotencyError('OPERATION_NOT_FOUND')],
    ['Refusal: Not today.', new Refusal('NO', no)],
    ['OutcomeUnknown: no answer', new OutcomeUnknown('no answer')],
    ['TemporarilyUnavailable: not now', new TemporarilyUnavailable('not now')],
    ['AlreadyInProgress: The same intent is under way as op_1.', new AlreadyInProgress('op_1')],
    ['StoreUnavailable: away', new StoreUnavailable('away')],
    ['CommitUnknown: no answer', new CommitUnknown('no answer')],
    ["ClaimLost: The claim doesn't hold buy k", new ClaimLost({ key: 'k', scope: 's', procedure: 'buy' })],
    ['TransactionAborted: The store undid the transaction: deadlock', new TransactionAborted('deadlock')],
  ])('%s', (text, error) => {
    expect(String(error)).toBe(text);
  });

  test('tell their cause, and none where there is none', () => {
    const cause = new Error('the disk is full');
    expect(new IdempotencyError('INTERNAL', { cause }).cause).toBe(cause);
    expect(new Refusal('NO', { ...no, cause }).cause).toBe(cause);
    expect(new TransactionAborted('deadlock', { cause }).cause).toBe(cause);
    // A log that prints whatever is there would print 'cause: undefined'.
    expect(new IdempotencyError('INTERNAL')).not.toHaveProperty('cause');
    expect(new Refusal('NO', no)).not.toHaveProperty('cause');
  });
});
