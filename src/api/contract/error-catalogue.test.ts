import { expect, test } from 'vitest';
import { errorTable } from '../../idempotency/index.ts';
import { refusalTable } from '../../shop/refusals.ts';
import { apiErrorTable } from '../errors.ts';
import { errorCatalogue } from './error-catalogue.ts';

interface Meaning {
  readonly status: number;
  readonly definite: boolean;
  readonly retryable: boolean;
}
const refusals = Object.entries(refusalTable).map(([code, { status }]): [string, Meaning] => [
  code,
  { status, definite: true, retryable: false },
]);

test.each<[string, Meaning]>([...Object.entries(errorTable), ...Object.entries(apiErrorTable), ...refusals])(
  'a code means one thing, whichever part answers with it: %s',
  (code, { status, definite, retryable }) => {
    expect(errorCatalogue[code as keyof typeof errorCatalogue]).toMatchObject({
      status,
      definite,
      retryable,
    });
  },
);

test.each(Object.entries(errorCatalogue))('what may be retried is never definite: %s', (_, error) => {
  expect(error.definite && error.retryable).toBe(false);
});
