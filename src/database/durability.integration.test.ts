import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { removeData, startPostgres } from '../../stack/index.ts';
import { Engine, fingerprints, nodePorts, parseKey } from '../idempotency/index.ts';
import { PrismaStore } from '../idempotency/prisma/index.ts';
import { makeKey, testPolicy } from '../idempotency/testing/index.ts';
import { limits } from '../limits.ts';
import { connect, type Tx } from './database.ts';

const CALLS = 20;

/** On the shop's own schema and settings: a table that forgets would be one of its migrations' making. */
test('hazard 22: whatever was answered is there after the database was killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'durability-'));
  const postgres = await startPostgres({ dataDir, seeded: true });
  const database = connect({ url: postgres.process.appUrl, applicationName: 'durability', poolSize: 5 });
  const store = new PrismaStore<Tx>({
    client: database,
    leaseClient: database,
    maxWaitMs: limits.database.connectionTimeoutMs,
    transactionTimeoutMs: limits.database.transactionTimeoutMs,
  });
  const engine = new Engine<Tx>({ store, ports: nodePorts });
  const buy = (key: string, sku: string) => {
    const call = {
      key: parseKey(key),
      scope: 'customer-1',
      principal: 'customer-1',
      procedure: 'test.buy',
      policy: testPolicy,
      fingerprints: fingerprints(nodePorts, testPolicy, {}, {}),
      input: '{}',
    };
    return engine.run(call, (operation) =>
      operation.settle(async (tx) => {
        await tx.cartLine.create({
          data: { customerId: operation.id, sku, quantity: 1, addedAt: new Date() },
        });
        return operation.id;
      }),
    );
  };

  try {
    const keys = Array.from({ length: CALLS }, () => makeKey());
    const answers = [];
    for (const key of keys) answers.push(await buy(key, 'MUG-HARBOUR'));
    // At once: what a lazy COMMIT had still in memory is gone.
    await postgres.process.kill();
    await postgres.process.start();
    for (const [index, key] of keys.entries())
      expect(await buy(key, 'never')).toEqual({ ...answers[index], replayed: true });
    expect(await database.cartLine.count()).toBe(CALLS);
    expect(await forgetful(postgres.process.adminUrl)).toEqual([]);
  } finally {
    await database.$disconnect();
    await postgres.stop();
    await removeData(dataDir);
  }
}, 60_000);

/** Tables that a crash empties, and settings that let a COMMIT lie. */
async function forgetful(adminUrl: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relpersistence <> 'p'
     UNION ALL
     SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting <> 'on'`,
  );
  await client.end();
  return rows;
}
