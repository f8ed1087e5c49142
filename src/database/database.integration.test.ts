import { expect, test } from 'vitest';
import { createTestDatabase } from '../../stack/testing/database.ts';
import { limits } from '../limits.ts';
import { connect } from './database.ts';

test('every session runs with the limits of the table, or with the patience that was asked for', async () => {
  await using testDatabase = await createTestDatabase();
  const settings = { url: testDatabase.appUrl, applicationName: 'limits-test', poolSize: 1 };
  const names = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'];
  const shown = async (patience?: typeof limits.retention) => {
    const database = connect({ ...settings, ...(patience && { patience }) });
    const rows = await database.$queryRaw<{ name: string; setting: string }[]>`
      SELECT name, setting FROM pg_settings WHERE name = ANY (${names})`;
    await database.$disconnect();
    return Object.fromEntries(rows.map(({ name, setting }) => [name, Number(setting)]));
  };
  const expected = ({
    lockTimeoutMs,
    statementTimeoutMs,
  }: typeof limits.database | typeof limits.retention) => ({
    lock_timeout: lockTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: limits.database.idleInTransactionTimeoutMs,
  });
  expect(await shown()).toEqual(expected(limits.database));
  expect(await shown(limits.retention)).toEqual(expected(limits.retention));
});
