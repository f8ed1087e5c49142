import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { AttemptNotSent } from './attempt-errors.ts';
import { outcomeOf, outcomeOfError } from './outcome.ts';

test('an error that nobody foresaw means unknown, never "not done"', async () => {
  expect(outcomeOfError(new TypeError('x is undefined'))).toMatchObject({ kind: 'unknown', attempt: null });
  expect(await outcomeOf(Promise.reject('a string'))).toMatchObject({ kind: 'unknown' });
});

test('errors are found under the wrapping that tRPC gives them', () => {
  const wrapped = TRPCClientError.from(new AttemptNotSent('nothing left'));
  expect(outcomeOfError(wrapped)).toMatchObject({ kind: 'not-sent' });
});
