import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../stack/testing/database.ts';
import { connect, type Database, type Tx } from '../../database/database.ts';
import { limits } from '../../limits.ts';
import { Engine, fingerprints, nodePorts, parseKey, type Operation } from '../index.ts';
import {
  compensationContract,
  engineContract,
  hazardsContract,
  makeKey,
  replayCacheContract,
  testPolicy,
  versionsContract,
} from '../testing/index.ts';
import { PrismaStore, type TransactionalClient } from './index.ts';

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connect({ url: testDatabase.appUrl, applicationName: 'store-test', poolSize: 10 });
  await database.$executeRawUnsafe(
    'CREATE TABLE effect (name text PRIMARY KEY, value text NOT NULL, writes int NOT NULL DEFAULT 1)',
  );
});

afterAll(async () => {
  await database.$disconnect();
  await testDatabase[Symbol.asyncDispose]();
});

const storeOn = (client: TransactionalClient<Tx>) =>
  new PrismaStore<Tx>({ client, leaseClient: database, maxWaitMs: 5_000, transactionTimeoutMs: 8_000 });

const write = async (tx: Tx, name: string, value: string) => {
  await tx.$executeRaw`
    INSERT INTO effect (name, value) VALUES (${name}, ${value})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, writes = effect.writes + 1`;
};
const committed = async (name: string) => {
  const [row] = await database.$queryRaw<{ value: string; writes: number }[]>`
    SELECT value, writes FROM effect WHERE name = ${name}`;
  return row ?? null;
};

const setUp = () =>
  Promise.resolve({
    store: storeOn(database),
    write,
    committed: async (name: string) => (await committed(name))?.value ?? null,
  });

engineContract('the Prisma store', setUp);
versionsContract('the Prisma store', setUp);
compensationContract('the Prisma store', setUp);
replayCacheContract('the Prisma store', setUp);
hazardsContract('the Prisma store', setUp);

describe('what the store relies on', () => {
  test('every session runs with the limits of the table, at READ COMMITTED', async () => {
    const show = async (name: string) => {
      const [row] = await database.$queryRawUnsafe<Record<string, string>[]>(
        `SELECT current_setting('${name}') AS value`,
      );
      return row?.['value'];
    };
    expect(await show('transaction_isolation')).toBe('read committed');
    expect(await show('lock_timeout')).toBe(`${limits.database.lockTimeoutMs / 1_000}s`);
    expect(await show('statement_timeout')).toBe(`${limits.database.statementTimeoutMs / 1_000}s`);
    expect(await show('idle_in_transaction_session_timeout')).toBe(
      `${limits.database.idleInTransactionTimeoutMs / 1_000}s`,
    );
    expect(await show('tcp_user_timeout')).toBe(String(limits.database.tcpUserTimeoutMs));
  });

  test('hazard 51: a query that timed out takes its connection and its open transaction with it', async () => {
    const single = connect({ url: testDatabase.appUrl, applicationName: 'single', poolSize: 1 });
    const name = makeKey();
    const failed = await single
      .$transaction(
        async (tx) => {
          await write(tx, name, 'must vanish');
          // The server is told to wait longer than the client does, and its own limit is lifted.
          await tx.$executeRawUnsafe('SET LOCAL statement_timeout = 0');
          await tx.$executeRawUnsafe(`SELECT pg_sleep(${limits.database.queryTimeoutMs / 1_000 + 2})`);
        },
        { timeout: 60_000 },
      )
      .then(
        () => 'resolved',
        () => 'rejected',
      );
    await single.$transaction((tx) => write(tx, `${name}-next`, 'stays'));
    expect(failed).toBe('rejected');
    expect(await committed(name)).toBeNull();
    expect(await committed(`${name}-next`)).toMatchObject({ value: 'stays' });
    await single.$disconnect();
  }, 20_000);

  test('hazard 52: an SQL error that the application swallowed is no success', async () => {
    const engine = new Engine<Tx>({ store: storeOn(database), ports: nodePorts });
    const settled = await engine
      .run(callWith(makeKey()), (operation) =>
        operation.settle(async (tx) => {
          await tx.$queryRawUnsafe('SELECT 1 / 0').catch(() => undefined);
          return 'looks fine';
        }),
      )
      .catch((error: unknown) => error);
    expect(settled).toMatchObject({ code: 'INTERNAL' });
  });

  test('a key whose day has no partition can’t be claimed', async () => {
    const engine = new Engine<Tx>({ store: storeOn(database), ports: nodePorts });
    // The partitions of the first migration begin four days back; the window is widened to get past it.
    const policy = { ...testPolicy, windowBackMs: 40 * 24 * 3_600_000 };
    const key = makeKey(Date.now() - 30 * 24 * 3_600_000);
    const refused = await engine
      .run({ ...callWith(key), policy }, (operation) => operation.settle(() => Promise.resolve('executed')))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

/** Hazards 25, 48: COMMIT is sent, and its answer is lost. */
describe('an ambiguous COMMIT on Postgres', () => {
  type Fate = 'committed' | 'aborted';

  /** A client that loses the answers of the given COMMITs, by count. */
  function losing(fates: Record<number, Fate>): TransactionalClient<Tx> {
    let count = 0;
    return {
      $queryRawUnsafe: (query, ...values) => database.$queryRawUnsafe(query, ...values),
      $executeRawUnsafe: (query, ...values) => database.$executeRawUnsafe(query, ...values),
      async $transaction<R>(
        work: (tx: Tx) => Promise<R>,
        options: { maxWait: number; timeout: number },
      ): Promise<R> {
        const fate = fates[++count];
        const lost = new Error('Connection terminated unexpectedly');
        if (fate === undefined) return database.$transaction(work, options);
        // 'Aborted' rolls back after the work resolved, as a backend that died inside COMMIT does.
        await database
          .$transaction(async (tx) => {
            const result = await work(tx);
            if (fate === 'aborted') throw new Error('the backend is gone');
            return result;
          }, options)
          .catch(() => undefined);
        throw lost;
      },
    };
  }

  test.each<[string, Record<number, Fate>]>([
    ['claim committed', { 1: 'committed' }],
    ['claim aborted', { 1: 'aborted' }],
    ['settle committed', { 2: 'committed' }],
    ['settle aborted', { 2: 'aborted' }],
    ['both, differently', { 1: 'committed', 2: 'aborted' }],
  ])('%s: every effect happens once', async (_, fates) => {
    const engine = new Engine<Tx>({ store: storeOn(losing(fates)), ports: nodePorts });
    const key = makeKey();
    let charges = 0;
    const settled = await engine.run(callWith(key), async (operation: Operation<Tx>) => {
      await operation.transact('reserve', (tx) => write(tx, `${key}-reserve`, 'x'));
      await operation.remote('charge', () => Promise.resolve(++charges));
      return operation.settle((tx) => write(tx, `${key}-settle`, 'x'));
    });
    expect(settled.outcome.kind).toBe('succeeded');
    expect(charges).toBe(1);
    expect(await committed(`${key}-reserve`)).toMatchObject({ writes: 1 });
    expect(await committed(`${key}-settle`)).toMatchObject({ writes: 1 });
  });
});

function callWith(key: string) {
  return {
    key: parseKey(key),
    scope: 'customer-1',
    principal: 'customer-1',
    procedure: 'test.buy',
    policy: testPolicy,
    fingerprints: fingerprints(nodePorts, testPolicy, {}, {}),
    input: '{}',
  };
}
