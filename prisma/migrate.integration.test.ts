import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/database/database.ts';
import { PrismaRetention } from '../src/idempotency/prisma/index.ts';
import { limits } from '../src/limits.ts';
import { createTestDatabase } from '../stack/testing/database.ts';
import { drift } from './drift.ts';
import { migrate } from './migrate.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The smallest UUIDv7 of an instant: only its first 48 bits matter to the partitions. */
function keyAt(time_ms: number): string {
  const time = Math.floor(time_ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

async function query(connectionString: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}

function claim(appUrl: string, key: string): Promise<pg.QueryResult> {
  const columns =
    'key, scope, procedure, operation_id, principal, fingerprint, policy_version, state, fence, holder';
  const sql = `INSERT INTO idempotency_record (${columns}, lease_until, next_try_at, created_at)
    VALUES ($1, 'c1', 'test', 'op_1', 'c1', 'f', 1, 'running', 1, 'h', now(), now(), now()) RETURNING tableoid::regclass::text AS partition`;
  return query(appUrl, sql, [key]);
}

describe('the migrations', () => {
  it('apply to an empty database, as the role that owns it, and only once', async () => {
    await using database = await createTestDatabase('empty');
    const applied = await migrate(database.appUrl);
    expect(applied.length).toBeGreaterThan(0);
    expect(await migrate(database.appUrl)).toEqual([]);
  });

  it('may be applied by two at once', async () => {
    await using database = await createTestDatabase('empty');
    const [first, second] = await Promise.all([migrate(database.appUrl), migrate(database.appUrl)]);
    expect([first.length, second.length].filter((count) => count > 0)).toHaveLength(1);
  });

  it('are noted as Prisma notes them, so that `prisma migrate` can go on', async () => {
    await using database = await createTestDatabase();
    const { rows } = await query(
      database.appUrl,
      'SELECT finished_at IS NOT NULL AS finished, rolled_back_at, applied_steps_count FROM _prisma_migrations',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows)
      expect(row).toEqual({ finished: true, rolled_back_at: null, applied_steps_count: 1 });
  });

  it('make what schema.prisma says', async () => {
    await using database = await createTestDatabase();
    expect(await drift(database.appUrl)).toBe('');
  });

  it('leave it so when days of keys are forgotten, with and without something that is kept', async () => {
    await using database = await createTestDatabase();
    await query(database.appUrl, `SELECT idempotency_make_partitions(current_date - 12, current_date - 10)`);
    const settled = `UPDATE idempotency_record SET settled_at = now(), state = 'succeeded'`;
    await claim(database.appUrl, keyAt(Date.now() - 11 * DAY_MS));
    await claim(database.appUrl, keyAt(Date.now() - 10 * DAY_MS));
    await query(database.appUrl, settled);
    await claim(database.appUrl, keyAt(Date.now() - 10 * DAY_MS + 1_000));
    const client = connect({
      url: database.appUrl,
      applicationName: 'retention',
      poolSize: 1,
      patience: limits.retention,
    });
    const { clockToleranceMs } = limits.retention;
    const purged = await new PrismaRetention({ client, clockToleranceMs }).purge(5 * DAY_MS);
    await client.$disconnect();
    expect(purged).toMatchObject({ forgotten: 2, kept: 1, postponed: [] });
    expect(await drift(database.appUrl)).toBe('');
  });

  it.each([
    ['a column', 'ALTER TABLE orders ADD COLUMN extra text'],
    ['the intent guard', 'DROP INDEX order_one_live_per_checkout'],
    [
      "the intent guard's condition",
      'DROP INDEX order_one_live_per_checkout; CREATE UNIQUE INDEX order_one_live_per_checkout ON orders (customer_id, checkout_id)',
    ],
  ])('would show a drift of %s', async (_, change) => {
    await using database = await createTestDatabase();
    await query(database.appUrl, change);
    expect(await drift(database.appUrl)).not.toBe('');
  });
});

describe('the partitions of idempotency_record', () => {
  it('take a key of today into the partition of today', async () => {
    await using database = await createTestDatabase();
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const { rows } = await claim(database.appUrl, keyAt(Date.now()));
    expect(rows).toEqual([{ partition: `idempotency_record_${today}` }]);
  });

  it.each([
    ['that expired', -30],
    ['from the far future', 30],
  ])('refuse a key %s with 23514: there is no default partition', async (_, days) => {
    await using database = await createTestDatabase();
    await expect(claim(database.appUrl, keyAt(Date.now() + days * DAY_MS))).rejects.toMatchObject({
      code: '23514',
    });
  });

  it('are made by several workers at once without an error', async () => {
    await using database = await createTestDatabase();
    const make = () =>
      query(database.appUrl, `SELECT idempotency_make_partitions('2031-01-01', '2031-01-03') AS made`);
    const results = await Promise.all([make(), make(), make()]);
    const made = results.reduce((sum, { rows }) => sum + Number(rows[0].made), 0);
    expect(made).toBe(3);
  });
});
