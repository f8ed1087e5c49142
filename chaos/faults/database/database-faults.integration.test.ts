import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { removeData, startPostgres } from '../../../stack/index.ts';
import type { Postgres, Standalone } from '../../../stack/index.ts';
import type { ActiveFault, Fault } from '../fault.ts';
import { siteOf } from '../testing/site.ts';
import { connectionsTaken } from './connections-taken.ts';
import { canMount, diskFull } from './disk-full.ts';
import { sessionsEnded } from './sessions-ended.ts';
import { tableLocked } from './table-locked.ts';

const HEALING = AbortSignal.abort();

let dataDir: string;
let postgres: Standalone<Postgres>;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chaos-database-'));
  postgres = await startPostgres({ dataDir, seeded: true });
});
afterAll(async () => {
  await postgres.stop();
  await removeData(dataDir);
});

const clients: pg.Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end().catch(() => undefined);
});

/** A session of the shop's, as the node of that name would have it. */
async function session(node = 'web-1'): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: postgres.process.appUrl,
    application_name: node,
    options: '-c lock_timeout=200ms',
  });
  client.on('error', () => {});
  clients.push(client);
  await client.connect();
  return client;
}

function inject<Params>(fault: Fault<Params>, target: string, params: Params) {
  const { adminUrl, appUrl } = postgres.process;
  return fault.inject(siteOf({ database: { adminUrl, appUrl } }), { id: 'it', target, params, intent: null });
}

/** Through all of a fault's life: what is made ready for it is gone in the end. */
async function live<Params>(
  fault: Fault<Params>,
  params: Params,
  work: (active: ActiveFault) => Promise<void>,
) {
  const { adminUrl, appUrl } = postgres.process;
  const site = siteOf({ database: { adminUrl, appUrl }, process: () => postgres.process });
  const order = { id: 'it', target: 'postgres', params, intent: null };
  const disarm = await fault.arm?.(site, order);
  try {
    await work(await fault.inject(site, order));
  } finally {
    await disarm?.();
  }
}

test('connections that are taken: those that were there end, and of new ones so many are served', async () => {
  const before = await session();
  const injected = await inject(connectionsTaken, 'postgres', { left: 1 });
  expect(await injected.felt(HEALING)).toBe(true);
  await expect(before.query('SELECT 1')).rejects.toThrow(/terminat|connection error/);
  await session();
  await expect(session()).rejects.toMatchObject({ code: '53300' });
  await injected.heal();
  await session();
  expect(await injected.felt(HEALING)).toBe(false);
});

test('sessions that are ended are one node’s, and it may come again at once', async () => {
  const [mine, other] = [await session('web-1'), await session('web-2')];
  const injected = await inject(sessionsEnded, 'web-1', {});
  expect(await injected.felt(HEALING)).toBe(true);
  await expect(mine.query('SELECT 1')).rejects.toThrow(/terminat|connection error/);
  await other.query('SELECT 1');
  await (await session('web-1')).query('SELECT 1');
});

test('nobody had a session: then nothing was ended', async () => {
  const injected = await inject(sessionsEnded, 'web-7', {});
  expect(await injected.felt(HEALING)).toBe(false);
});

test('a table that is locked is read and not written', async () => {
  const shop = await session();
  const injected = await inject(tableLocked, 'postgres', { table: 'stock' });
  expect(await injected.felt(HEALING)).toBe(true);
  await shop.query('SELECT FROM stock');
  await expect(shop.query('UPDATE stock SET available = available')).rejects.toMatchObject({ code: '55P03' });
  await injected.heal();
  await shop.query('UPDATE stock SET available = available');
  expect(await injected.felt(HEALING)).toBe(false);
});

test.runIf(canMount())(
  'a disk that is full takes no more rows of its table, and all others, until it is healed',
  async () => {
    const shop = await session();
    const insert = () =>
      shop.query(
        `INSERT INTO checkout (checkout_id, customer_id, version, status, delivery, subtotal_minor, delivery_minor, total_minor, currency, created_at, updated_at)
       SELECT 'chk_' || id, 'cus_' || id, 1, 'open', 'standard', 0, 0, 0, 'EUR', now(), now()
         FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 200)) AS t`,
      );
    await live(diskFull, { table: 'checkout' }, async (active) => {
      expect(await active.felt(HEALING)).toBe(true);
      await expect(insert()).rejects.toMatchObject({ code: '53100' });
      await shop.query(`INSERT INTO cart_line VALUES ('cus', 'MUG-HARBOUR', 1, now())`);
      await active.heal();
      await insert();
      expect(await active.felt(HEALING)).toBe(false);
    });
    await insert();
  },
);
