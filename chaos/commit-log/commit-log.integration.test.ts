import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../stack/testing/database.ts';
import type { TestDatabase } from '../../stack/testing/database.ts';
import { CommitLog } from './commit-log.ts';

/** Milliseconds on a quiet machine; what doesn't come at all is what a test waits so long for. */
const LIMIT_MS = 15_000;

let database: TestDatabase;
let shop: pg.Client;
let log: CommitLog;

beforeEach(async () => {
  database = await createTestDatabase('seeded');
  shop = new pg.Client({ connectionString: database.appUrl });
  shop.on('error', () => {});
  await shop.connect();
  log = await CommitLog.begin(database.adminUrl);
});

afterEach(async () => {
  await log[Symbol.asyncDispose]();
  await shop.end();
  await database[Symbol.asyncDispose]();
});

describe('the commit log', () => {
  test('has every change, in commit order, with old and new values as far as the log knows them', async () => {
    await shop.query(
      `UPDATE stock SET available = available - 2, reserved = reserved + 2 WHERE sku = 'MUG-HARBOUR'`,
    );
    await shop.query(`INSERT INTO cart_line VALUES ('c', 'MUG-HARBOUR', 1, now())`);
    await shop.query(`DELETE FROM cart_line`);
    await log.catchUp();
    expect(log.entries.map(({ table, op }) => `${op} ${table}`)).toEqual([
      'update stock',
      'insert cart_line',
      'delete cart_line',
    ]);
    const [stock, inserted, deleted] = log.entries;
    expect(stock?.new).toMatchObject({ sku: 'MUG-HARBOUR', reserved: '2' });
    expect(inserted?.new).toMatchObject({ customer_id: 'c', quantity: '1' });
    expect(deleted?.old).toEqual({ customer_id: 'c', sku: 'MUG-HARBOUR' });
    expect(Math.abs((stock?.commitMs ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  test('orders by commit, not by begin', async () => {
    const other = new pg.Client({ connectionString: database.appUrl });
    await other.connect();
    await shop.query('BEGIN');
    await shop.query(`INSERT INTO cart_line VALUES ('first-begun', 'MUG-HARBOUR', 1, now())`);
    await other.query(`INSERT INTO cart_line VALUES ('first-committed', 'MUG-HARBOUR', 1, now())`);
    await shop.query('COMMIT');
    await other.end();
    await log.catchUp();
    expect(log.entries.map((entry) => entry.new?.['customer_id'])).toEqual([
      'first-committed',
      'first-begun',
    ]);
  });

  test('tells a transaction that committed from one that was rolled back', async () => {
    const xidOf = async () =>
      Number((await shop.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid')).rows[0]?.xid);
    await shop.query('BEGIN');
    await shop.query(`INSERT INTO cart_line VALUES ('kept', 'MUG-HARBOUR', 1, now())`);
    const kept = await xidOf();
    await shop.query('COMMIT');
    await shop.query('BEGIN');
    await shop.query(`INSERT INTO cart_line VALUES ('gone', 'MUG-HARBOUR', 1, now())`);
    const gone = await xidOf();
    await shop.query('ROLLBACK');
    expect((await log.awaitCommit(kept, LIMIT_MS)).entries).toHaveLength(1);
    await log.catchUp();
    expect(log.commitOf(gone)).toBeNull();
    expect(log.entries.filter((entry) => entry.new?.['customer_id'] === 'gone')).toEqual([]);
  });

  test('leaves no slot behind', async () => {
    await log[Symbol.asyncDispose]();
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const { rows } = await admin.query(
      'SELECT FROM pg_replication_slots WHERE database = current_database()',
    );
    await admin.end();
    expect(rows).toHaveLength(0);
  });
});
