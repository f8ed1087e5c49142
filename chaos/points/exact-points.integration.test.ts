import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../stack/testing/database.ts';
import type { TestDatabase } from '../../stack/testing/database.ts';
import { CommitLog } from '../commit-log/commit-log.ts';
import { ExactPoints } from './exact-points.ts';

/** Milliseconds on a quiet machine; what doesn't come at all is what a test waits so long for. */
const LIMIT_MS = 15_000;

const EMAIL = 'abc123@chaos.example';

let database: TestDatabase;
let log: CommitLog;
let points: ExactPoints;
let clients: pg.Client[];

/** A connection as the shop's nodes have it: with limits on locks and statements. */
async function connectShop(): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: database.appUrl,
    application_name: 'web-1',
    options: '-c lock_timeout=300ms -c statement_timeout=400ms -c idle_in_transaction_session_timeout=400ms',
  });
  client.on('error', () => {});
  await client.connect();
  clients.push(client);
  return client;
}

async function insertOrder(shop: pg.Client, orderId: string, email: string): Promise<void> {
  await shop.query(
    `INSERT INTO checkout VALUES ($1, 'c', 'completed', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'standard',
       100, 0, 100, 'EUR', NULL, NULL, 0, now(), now())`,
    [`chk-${orderId}`],
  );
  await shop.query(
    `INSERT INTO orders VALUES ($1, 'c', $2, $3, 'pending', $4, 'N', 'L', NULL, 'C', 'P', 'AT', 'standard',
       100, 0, 100, 'EUR', now(), NULL)`,
    [orderId, `chk-${orderId}`, `op-${orderId}`, email],
  );
}

async function orderStatus(): Promise<string | null> {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ status: string }>('SELECT status FROM orders WHERE email = $1', [
    EMAIL,
  ]);
  await client.end();
  return rows[0]?.status ?? null;
}

beforeEach(async () => {
  clients = [];
  database = await createTestDatabase();
  log = await CommitLog.begin(database.adminUrl);
  points = await ExactPoints.install(database.adminUrl);
});

afterEach(async () => {
  await points[Symbol.asyncDispose]();
  await log[Symbol.asyncDispose]();
  for (const client of clients) await client.end().catch(() => undefined);
  await database[Symbol.asyncDispose]();
});

describe('an exact point', () => {
  test('holds the COMMIT past every limit of the session, and nobody sees its rows', async () => {
    const point = await points.arm('it', 'claim', EMAIL);
    const shop = await connectShop();
    await shop.query('BEGIN');
    await insertOrder(shop, 'o1', EMAIL);
    const commit = shop.query('COMMIT');
    const held = await point.held(LIMIT_MS);
    expect(held.node).toBe('web-1');
    await sleep(600);
    expect(await orderStatus()).toBeNull();
    await point.release();
    await commit;
    expect(await orderStatus()).toBe('pending');
    expect((await log.awaitCommit(held.xid, LIMIT_MS)).entries.map((entry) => entry.table)).toContain(
      'orders',
    );
  });

  test('holds nobody else’s, and its own only once', async () => {
    const point = await points.arm('it', 'claim', EMAIL);
    const shop = await connectShop();
    await insertOrder(shop, 'other', 'xyz@chaos.example');
    const blocked = insertOrder(shop, 'o1', EMAIL);
    await point.held(LIMIT_MS);
    await point.release();
    await blocked;
    await insertOrder(shop, 'o2', EMAIL);
  });

  test('lost: the connection is gone, the COMMIT goes on', async () => {
    const point = await points.arm('it', 'settle', EMAIL);
    const shop = await connectShop();
    await insertOrder(shop, 'o1', EMAIL);
    const update = shop.query(`UPDATE orders SET status = 'paid', settled_at = now() WHERE order_id = 'o1'`);
    const ended = update.then(
      () => 'committed',
      () => 'error',
    );
    const held = await point.held(LIMIT_MS);
    (shop as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(await ended).toBe('error');
    expect(await orderStatus()).toBe('pending');
    await point.release();
    await log.awaitCommit(held.xid, LIMIT_MS);
    expect(await orderStatus()).toBe('paid');
  });

  test('aborted: the transaction never was, and the log says so', async () => {
    const point = await points.arm('it', 'settle', EMAIL);
    const shop = await connectShop();
    await insertOrder(shop, 'o1', EMAIL);
    const update = shop
      .query(`UPDATE orders SET status = 'paid', settled_at = now() WHERE order_id = 'o1'`)
      .catch(() => 'error');
    const held = await point.held(LIMIT_MS);
    await point.abort(held);
    expect(await update).toBe('error');
    await log.catchUp();
    expect(log.commitOf(held.xid)).toBeNull();
    expect(await orderStatus()).toBe('pending');
  });

  test('late: the next statement that needs to know queues behind it', async () => {
    const point = await points.arm('it', 'settle', EMAIL);
    const [shop, other] = [await connectShop(), await connectShop()];
    await insertOrder(shop, 'o1', EMAIL);
    const update = shop.query(`UPDATE orders SET status = 'paid', settled_at = now() WHERE order_id = 'o1'`);
    const held = await point.held(LIMIT_MS);
    const look = other.query<{ status: string }>(
      `SELECT status FROM orders WHERE order_id = 'o1' FOR UPDATE`,
    );
    const next = await point.nextStatement(held, LIMIT_MS);
    expect(next.query).toContain('FOR UPDATE');
    await point.release();
    await update;
    expect((await look).rows[0]?.status).toBe('paid');
  });

  test('leaves the database as it found it', async () => {
    await points.arm('it', 'claim', EMAIL);
    await points[Symbol.asyncDispose]();
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    const { rows } = await client.query(`SELECT FROM pg_trigger WHERE tgname LIKE 'chaos%'
      UNION ALL SELECT FROM pg_namespace WHERE nspname = 'chaos'`);
    await client.end();
    expect(rows).toHaveLength(0);
    points = await ExactPoints.install(database.adminUrl);
  });
});
