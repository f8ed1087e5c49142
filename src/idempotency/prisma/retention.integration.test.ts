import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { makeKey, retentionContract } from '../testing/index.ts';
import { runReadmeCode } from '../testing/readme.ts';
import { PrismaRetention, PrismaStore, type RawClient } from './index.ts';
import { retentionLimits, TestDatabase } from './testing/test-database.ts';

const DAY_MS = 24 * 3_600_000;
const KEYS_OLDER_THAN_MS = 4 * DAY_MS;
const CLOCK_TOLERANCE_MS = 3_600_000;

/** A database of its own with partitions for the last twelve days, and everything that works on it. */
async function setUp() {
  const database = await TestDatabase.create();
  const client = await database.connect();
  const worker = () => database.connect({ applicationName: 'worker', poolSize: 1, limits: retentionLimits });
  const retentionOn = (raw: RawClient, now = () => Date.now()) =>
    new PrismaRetention({ client: raw, clockToleranceMs: CLOCK_TOLERANCE_MS, now });
  const [one, other] = [retentionOn(await worker()), retentionOn(await worker())];
  await client.$queryRawUnsafe(
    `SELECT idempotency_make_partitions((now() AT TIME ZONE 'UTC')::date - 12, (now() AT TIME ZONE 'UTC')::date)`,
  );
  return {
    database,
    client,
    worker,
    retentionOn,
    store: new PrismaStore<RawClient>({
      client,
      leaseClient: client,
      maxWaitMs: 5_000,
      transactionTimeoutMs: 8_000,
    }),
    retention: one,
    another: () => other,
    /** One row, settled or not, of a key made some days ago. */
    insert: async (daysAgo: number, row: Partial<Row> = {}): Promise<string> => {
      const key = makeKey(Date.now() - daysAgo * DAY_MS);
      const {
        procedure = 'test.buy',
        state = 'succeeded',
        createdAt = '2026-11-01T10:20:00Z',
        ms = 5,
        tries = 0,
      } = row;
      const settled = ['succeeded', 'failed', 'void'].includes(state);
      await client.$executeRawUnsafe(
        `INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint, policy_version,
           state, fence, holder, lease_until, next_try_at, tries, input, outcome, created_at, settled_at)
         VALUES ($1::uuid, 'c', $2, 'op_' || $1, 'c', 'f', 1, $3, 1, 'h', now(), now(), $7::int,
           CASE WHEN $4 THEN NULL ELSE '{}' END, CASE WHEN $4 THEN '"x"' END, $5::timestamptz,
           CASE WHEN $4 THEN $5::timestamptz + $6::int * interval '1 ms' END)`,
        key,
        procedure,
        state,
        settled,
        createdAt,
        ms,
        tries,
      );
      return key;
    },
    keys: async () => {
      const rows = await client.$queryRawUnsafe<{ key: string }[]>('SELECT key FROM idempotency_record');
      return rows.map(({ key }) => key);
    },
    /** Tables of a day, by what they are. */
    tables: async (daysAgo: number) => {
      const table = tableOf(daysAgo);
      return client.$queryRawUnsafe<{ name: string; attached: boolean; pending: boolean | null }[]>(
        `SELECT relname AS name, relispartition AS attached, inhdetachpending AS pending
         FROM pg_class LEFT JOIN pg_inherits ON inhrelid = pg_class.oid
         WHERE relkind = 'r' AND relname LIKE $1 ORDER BY relname`,
        `${table}%`,
      );
    },
    /** What stays of forgotten days, without when that was. */
    summary: () =>
      client.$queryRawUnsafe<{ outcomes: unknown }[]>(
        `SELECT day, procedure, hour, outcomes, decisions, takeovers::int, latency_p50_ms::int AS p50, latency_p95_ms::int AS p95,
           latency_p99_ms::int AS p99 FROM idempotency_summary ORDER BY hour`,
      ),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

interface Row {
  procedure: string;
  state: string;
  createdAt: string;
  ms: number;
  tries: number;
}

const dayAgo = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
const tableOf = (daysAgo: number) => `idempotency_record_${dayAgo(daysAgo).replaceAll('-', '')}`;

retentionContract('Postgres', setUp);

describe('forgetting a day in Postgres', () => {
  test('runs as the README’s lines say', async () => {
    await using under = await setUp();
    await under.insert(10);
    const client = await under.database.connect({ limits: retentionLimits });
    const run = { PrismaRetention, client, windowMs: 3 * DAY_MS, graceMs: DAY_MS };
    await runReadmeCode('Forgetting', run);
    expect(await under.keys()).toEqual([]);
    expect(await under.tables(-7)).toMatchObject([{ attached: true }]);
  });

  test('leaves no table of it', async () => {
    await using under = await setUp();
    await under.insert(10);
    const { postponed } = await under.retention.purge(KEYS_OLDER_THAN_MS);
    expect(postponed).toEqual([]);
    expect(await under.tables(10)).toEqual([]);
  });

  test('keeps what is unsettled in a partition with the same bounds', async () => {
    await using under = await setUp();
    await under.insert(10);
    const stuck = await under.insert(10, { state: 'stuck' });
    const bounds = () =>
      under.client.$queryRawUnsafe(
        'SELECT pg_get_expr(relpartbound, oid) AS bounds FROM pg_class WHERE relname = $1',
        tableOf(10),
      );
    const before = await bounds();
    await under.retention.purge(KEYS_OLDER_THAN_MS);
    expect(await bounds()).toEqual(before);
    expect(await under.keys()).toEqual([stuck]);
    expect(await under.tables(10)).toEqual([{ name: tableOf(10), attached: true, pending: false }]);
  });

  test('leaves a day in peace that has nothing but unsettled records', async () => {
    await using under = await setUp();
    await under.insert(10, { state: 'stuck' });
    const [before] = await under.client.$queryRawUnsafe<unknown[]>(
      `SELECT '${tableOf(10)}'::regclass::oid::int AS oid`,
    );
    await under.retention.purge(KEYS_OLDER_THAN_MS);
    const [after] = await under.client.$queryRawUnsafe<unknown[]>(
      `SELECT '${tableOf(10)}'::regclass::oid::int AS oid`,
    );
    expect(after).toEqual(before);
  });

  test('moves the columns by name: an older table may have them in another order', async () => {
    await using under = await setUp();
    await under.insert(10, { state: 'stuck' });
    await under.insert(10);
    const [before] = await under.client
      .$queryRawUnsafe<unknown[]>(`ALTER TABLE idempotency_record ADD COLUMN note text DEFAULT 'of old'`)
      .then(() =>
        under.client.$queryRawUnsafe<unknown[]>(
          'SELECT to_jsonb(r) FROM idempotency_record r WHERE settled_at IS NULL',
        ),
      );
    // The partition as it would be, had the column been there first.
    await under.client.$executeRawUnsafe(`
      DO $$ BEGIN
        ALTER TABLE idempotency_record DETACH PARTITION ${tableOf(10)};
        ALTER TABLE ${tableOf(10)} ADD COLUMN again text;
        UPDATE ${tableOf(10)} SET again = operation_id;
        ALTER TABLE ${tableOf(10)} DROP COLUMN operation_id;
        ALTER TABLE ${tableOf(10)} RENAME COLUMN again TO operation_id;
        ALTER TABLE ${tableOf(10)} ALTER COLUMN operation_id SET NOT NULL;
      END $$`);
    expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({
      forgotten: 1,
      kept: 1,
      postponed: [],
    });
    const [after] = await under.client.$queryRawUnsafe<unknown[]>(
      'SELECT to_jsonb(r) FROM idempotency_record r',
    );
    expect(after).toEqual(before);
  });

  test('archives a row for each procedure and hour: outcomes, takeovers, and how long it took', async () => {
    await using under = await setUp();
    for (let ms = 1; ms <= 100; ms++)
      await under.insert(10, { ms, tries: ms <= 3 ? 1 : 0, state: ms <= 90 ? 'succeeded' : 'failed' });
    await under.insert(10, { state: 'void', ms: 999_999 });
    await under.insert(10, { procedure: 'test.close', state: 'void', createdAt: '2026-11-01T11:59:59Z' });
    await under.insert(10, { state: 'stuck' });
    expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({ forgotten: 102, kept: 1 });
    const summary = await under.summary();
    const day = new Date(`${dayAgo(10)}T00:00:00Z`);
    expect(summary).toEqual([
      {
        day,
        procedure: 'test.buy',
        hour: new Date('2026-11-01T10:00:00Z'),
        outcomes: { succeeded: 90, failed: 10, void: 1 },
        decisions: {},
        takeovers: 3,
        p50: 50,
        p95: 95,
        p99: 99,
      },
      {
        day,
        procedure: 'test.close',
        hour: new Date('2026-11-01T11:00:00Z'),
        outcomes: { void: 1 },
        decisions: {},
        takeovers: 0,
        p50: null,
        p95: null,
        p99: null,
      },
    ]);
  });

  test('never opens a forgotten day again', async () => {
    await using under = await setUp();
    await under.insert(10);
    await under.retention.purge(KEYS_OLDER_THAN_MS);
    const [row] = await under.client.$queryRawUnsafe<unknown[]>(
      'SELECT idempotency_make_partitions($1::date, $1::date) AS made',
      dayAgo(10),
    );
    expect(row).toEqual({ made: 0 });
    expect(await under.tables(10)).toEqual([]);
  });

  test('does nothing while the clocks of database and worker disagree', async () => {
    await using under = await setUp();
    const key = await under.insert(10);
    const ahead = under.retentionOn(await under.worker(), () => Date.now() + CLOCK_TOLERANCE_MS + 60_000);
    await expect(ahead.purge(KEYS_OLDER_THAN_MS)).rejects.toThrow('clocks');
    expect(await under.keys()).toEqual([key]);
  });

  test('makes the days to come, by the database’s clock', async () => {
    await using under = await setUp();
    expect(await under.retention.makeAhead(9)).toBe(2);
    expect(await under.retention.makeAhead(9)).toBe(0);
    expect(await under.tables(-9)).toMatchObject([{ attached: true }]);
  });
});

describe('a purge that died', () => {
  /** Waits until something is so. */
  async function until(what: () => Promise<boolean>): Promise<void> {
    for (const startedMs = performance.now(); !(await what());)
      if (performance.now() - startedMs > 20_000) throw new Error('It never came to that');
  }

  /** Begins a detach behind an open transaction, and ends its session while it waits. */
  async function interruptDetach(under: Awaited<ReturnType<typeof setUp>>, daysAgo: number): Promise<void> {
    const holder = new pg.Client({ connectionString: under.database.url });
    const detacher = new pg.Client({ connectionString: under.database.url });
    detacher.on('error', () => undefined);
    await Promise.all([holder.connect(), detacher.connect()]);
    await holder.query('BEGIN; SELECT FROM idempotency_record LIMIT 1');
    const pid = (await detacher.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
    const detach = detacher
      .query(`ALTER TABLE idempotency_record DETACH PARTITION ${tableOf(daysAgo)} CONCURRENTLY`)
      .catch((error: unknown) => error);
    await until(async () => (await under.tables(daysAgo))[0]?.pending === true);
    await under.client.$queryRawUnsafe('SELECT pg_terminate_backend($1::int)', pid);
    expect(await detach).toBeInstanceOf(Error);
    await holder.query('COMMIT');
    await holder.end();
    await detacher.end().catch(() => undefined);
  }

  const deaths: Record<string, (under: Awaited<ReturnType<typeof setUp>>) => Promise<unknown>> = {
    'in the middle of the detach': (under) => interruptDetach(under, 10),
    'after the detach': (under) =>
      under.client.$executeRawUnsafe(
        `ALTER TABLE idempotency_record DETACH PARTITION ${tableOf(10)} CONCURRENTLY`,
      ),
    'before the archive': async (under) => {
      await under.client.$executeRawUnsafe(
        `ALTER TABLE idempotency_record DETACH PARTITION ${tableOf(10)} CONCURRENTLY`,
      );
      await under.client.$queryRawUnsafe('SELECT idempotency_set_aside($1::date)', dayAgo(10));
    },
  };

  test.each(Object.entries(deaths))(
    '%s: the next round goes on, and other days aren’t held up',
    async (_, die) => {
      await using under = await setUp();
      await under.insert(10);
      await under.insert(11);
      const kept = await under.insert(10, { state: 'stuck' });
      await die(under);
      expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toEqual({
        days: [dayAgo(11), dayAgo(10)],
        forgotten: 2,
        kept: 1,
        postponed: [],
      });
      expect(await under.keys()).toEqual([kept]);
      const summary = await under.summary();
      expect(summary.map(({ outcomes }) => outcomes)).toEqual([{ succeeded: 1 }, { succeeded: 1 }]);
    },
  );

  test('with a day archived and another round due for what had been kept', async () => {
    await using under = await setUp();
    await under.insert(10);
    const kept = await under.insert(10, { state: 'running' });
    await under.client.$executeRawUnsafe(
      `ALTER TABLE idempotency_record DETACH PARTITION ${tableOf(10)} CONCURRENTLY`,
    );
    await under.client.$queryRawUnsafe('SELECT idempotency_set_aside($1::date)', dayAgo(10));
    await under.client.$executeRawUnsafe(
      `UPDATE idempotency_record SET state = 'succeeded', settled_at = now() WHERE key = $1::uuid`,
      kept,
    );
    expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({
      forgotten: 2,
      kept: 0,
      postponed: [],
    });
    expect(await under.tables(10)).toEqual([]);
  });

  test('twice, with a table of one day set aside and another one detached', async () => {
    await using under = await setUp();
    const detach = `ALTER TABLE idempotency_record DETACH PARTITION ${tableOf(10)} CONCURRENTLY`;
    await under.insert(10);
    const kept = await under.insert(10, { state: 'stuck' });
    await under.client.$executeRawUnsafe(detach);
    await under.client.$queryRawUnsafe('SELECT idempotency_set_aside($1::date)', dayAgo(10));
    await under.client.$executeRawUnsafe(detach);
    expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toEqual({
      days: [dayAgo(10)],
      forgotten: 1,
      kept: 1,
      postponed: [],
    });
    expect(await under.keys()).toEqual([kept]);
  });

  test('and a table of that name that nobody detached for us, of a day that isn’t due, is left alone', async () => {
    await using under = await setUp();
    await under.insert(1);
    await under.client.$executeRawUnsafe(`ALTER TABLE idempotency_record DETACH PARTITION ${tableOf(1)}`);
    expect(await under.retention.purge(KEYS_OLDER_THAN_MS)).toMatchObject({ forgotten: 0, postponed: [] });
    expect(await under.tables(1)).toMatchObject([{ name: tableOf(1), attached: false }]);
  });

  test('or can’t get its lock postpones that day, says so, and forgets the others', async () => {
    await using under = await setUp();
    await under.insert(10);
    await under.insert(11);
    const holder = new pg.Client({ connectionString: under.database.url });
    await holder.connect();
    await holder.query(`BEGIN; LOCK TABLE ${tableOf(11)} IN ACCESS SHARE MODE`);
    const impatient = await under.database.connect({
      poolSize: 1,
      limits: { ...retentionLimits, lockTimeoutMs: 100 },
    });
    const round = await under.retentionOn(impatient).purge(KEYS_OLDER_THAN_MS);
    expect(round).toMatchObject({ days: [], forgotten: 0 });
    expect(round.postponed.map(({ day }) => day)).toContain(dayAgo(11));
    expect(round.postponed[0]?.reason).toContain('lock timeout');
    await holder.query('COMMIT');
    await holder.end();
    expect(await under.retentionOn(impatient).purge(KEYS_OLDER_THAN_MS)).toMatchObject({
      forgotten: 2,
      postponed: [],
    });
  });
});
