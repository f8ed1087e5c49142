import { expect, test } from 'vitest';
import { errorTable } from './errors.ts';

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
