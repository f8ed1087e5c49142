import { describe, expect, test } from 'vitest';
import { TransactionAborted } from '../../src/idempotency/index.ts';
import { randomStream } from '../random.ts';
import { Database } from './database.ts';
import type { Rows } from './database.ts';
import { ConnectionEnded, LinkError } from './network.ts';
import { Scheduler } from './scheduler.ts';
import { Table } from './table.ts';

const LIMIT = 1_000;
const LOCK_TIMEOUT_MS = 100;
const IDLE_MS = 1_000;

const pieces = new Table<number>('pieces').row('mug');

function bench() {
  const scheduler = new Scheduler(randomStream('bench', 'order'));
  const met: string[] = [];
  const database = new Database({
    scheduler,
    limits: { lockTimeoutMs: LOCK_TIMEOUT_MS, idleInTransactionMs: IDLE_MS },
    wallMs: () => scheduler.nowMs,
    onMet: (what) => void met.push(what),
  });
  return { scheduler, met, database, run: () => scheduler.run(() => false, LIMIT) };
}

/** Takes one piece, under the row's lock. */
async function takeOne(rows: Rows): Promise<void> {
  await rows.lock(pieces);
  rows.put(pieces, (rows.get(pieces) ?? 0) - 1);
}

const refused = (error: unknown) => error;

describe('the simulated database', () => {
  test('a transaction is seen once it is committed, and whole', async () => {
    const { database } = bench();
    await database.seed(pieces, 3);
    const session = database.begin();
    await session.execute((_session, rows) => takeOne(rows));
    expect(database.store.value(pieces.text)).toBe(3);
    await session.commit();
    expect(database.store.value(pieces.text)).toBe(2);
    expect(database.changes).toMatchObject([{ name: 'pieces/mug', before: 3, after: 2 }]);
  });

  test('two that change one row take turns: no change is lost', async () => {
    const { database } = bench();
    await database.seed(pieces, 3);
    const [one, other] = [database.begin(), database.begin()];
    await one.execute((_session, rows) => takeOne(rows));
    const waiting = other.execute((_session, rows) => takeOne(rows));
    await one.commit();
    await waiting;
    await other.commit();
    expect(database.store.value(pieces.text)).toBe(1);
  });

  test('a lock is waited for in bounded time', async () => {
    const { database, run } = bench();
    await database.begin().execute((_session, rows) => rows.lock(pieces));
    const waiting = database
      .begin()
      .execute((_session, rows) => rows.lock(pieces))
      .catch(refused);
    await run();
    expect(await waiting).toEqual(new TransactionAborted('lock_timeout'));
  });

  test('hazard 47: a client that says nothing loses its transaction, and with it its locks', async () => {
    const { database, met, run } = bench();
    await database.seed(pieces, 3);
    const silent = database.begin();
    await silent.execute((_session, rows) => takeOne(rows));
    await run();
    expect(met).toContain('idle transaction ended');
    expect(await silent.commit().catch(refused)).toBeInstanceOf(ConnectionEnded);
    await database.begin().execute((_session, rows) => rows.lock(pieces));
    expect(database.store.value(pieces.text)).toBe(3);
  });

  test('a restart ends what is open, keeps what was committed, and takes its time', async () => {
    const { database, scheduler, run } = bench();
    await database.seed(pieces, 3);
    const open = database.begin();
    await open.execute((_session, rows) => takeOne(rows));
    database.restart(50);
    expect(() => database.begin()).toThrow(LinkError);
    scheduler.after(50, () => undefined);
    await run();
    expect(database.open).toBe(0);
    expect(await open.commit().catch(refused)).toBeInstanceOf(ConnectionEnded);
    expect(database.begin().ended).toBe(false);
    expect(database.store.value(pieces.text)).toBe(3);
  });
});
