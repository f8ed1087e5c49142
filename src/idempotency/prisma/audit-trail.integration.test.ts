import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  dayOf,
  Engine,
  fingerprints,
  nodePorts,
  parseKey,
  TemporarilyUnavailable,
  type Attempt,
  type EngineEvent,
} from '../index.ts';
import { makeKey, testPolicy } from '../testing/index.ts';
import {
  AuditTrail,
  PrismaAuditRetention,
  PrismaRetention,
  PrismaStore,
  type AuditTrailOptions,
  type RawClient,
} from './index.ts';
import { retentionLimits, TestDatabase } from './testing/test-database.ts';

const DAY_MS = 24 * 3_600_000;
const KEPT_MS = 90 * DAY_MS;
const CLOCK_TOLERANCE_MS = 3_600_000;
const SCOPE = 'customer-who-is-nobody-elses-business';

const pseudonym = (kind: 'key' | 'scope', value: string) =>
  createHmac('sha256', 'secret').update(`${kind}:${value}`).digest('hex');

/** A client that can be cut off: before a statement is sent, or after it has taken effect. */
class Line implements RawClient {
  state: 'well' | 'down' | 'answers lost' = 'well';
  statements = 0;
  readonly #client: RawClient;

  constructor(client: RawClient) {
    this.#client = client;
  }

  $queryRawUnsafe<T>(query: string, ...values: unknown[]): Promise<T> {
    return this.#send(() => this.#client.$queryRawUnsafe<T>(query, ...values));
  }

  $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number> {
    return this.#send(() => this.#client.$executeRawUnsafe(query, ...values));
  }

  async #send<R>(send: () => Promise<R>): Promise<R> {
    this.statements++;
    if (this.state === 'down') throw new Error('Connection terminated unexpectedly');
    const result = await send();
    if (this.state === 'answers lost') throw new Error('Connection terminated unexpectedly');
    return result;
  }
}

interface Row {
  readonly eventId: string;
  readonly at: Date;
  readonly [column: string]: unknown;
}

async function setUp(options: Partial<AuditTrailOptions> = {}) {
  const testDatabase = await TestDatabase.create();
  const database = await testDatabase.connect();
  const line = new Line(database);
  const lost: { count: number; reason: string }[] = [];
  const trail = new AuditTrail({
    client: line,
    node: 'node-1',
    region: 'here',
    pseudonym,
    batchSize: 50,
    bufferSize: 1_000,
    // A test flushes by itself.
    flushIntervalMs: 3_600_000,
    onLost: (count, reason) => void lost.push({ count, reason: String(reason) }),
    ...options,
  });
  const store = new PrismaStore<RawClient>({
    client: database,
    leaseClient: database,
    maxWaitMs: 5_000,
    transactionTimeoutMs: 8_000,
  });
  return {
    testDatabase,
    database,
    line,
    lost,
    trail,
    engine: new Engine<RawClient>({ store, ports: nodePorts, onEvent: trail.listener }),
    rows: () =>
      database.$queryRawUnsafe<Row[]>(
        `SELECT event_id::text AS "eventId", at, type, procedure, operation_id AS "operationId",
           scope_hash AS "scopeHash", key_hash AS "keyHash", attempt, reason, decision, code, detail, step, fence,
           duration_ms AS "durationMs", node, region FROM idempotency_audit ORDER BY at`,
      ),
    [Symbol.asyncDispose]: () => testDatabase[Symbol.asyncDispose](),
  };
}

const callOf = (key: string, attempt: Attempt = { number: null, reason: null }) => ({
  key: parseKey(key),
  scope: SCOPE,
  principal: SCOPE,
  procedure: 'test.buy',
  policy: testPolicy,
  fingerprints: fingerprints(nodePorts, testPolicy, { n: 1 }, { n: 1 }),
  input: '{"n":1}',
  attempt,
});

const anEvent = (code: string | null = null): EngineEvent => ({
  type: 'answered',
  id: { key: makeKey(), scope: SCOPE, procedure: 'test.buy' },
  operationId: null,
  attempt: null,
  decision: code === null ? 'replayed' : 'refused',
  code: code as null,
  durationMs: 1,
});

/** Waits until something is so. */
async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (const startedMs = performance.now(); !(await what()); await delay(5))
    if (performance.now() - startedMs > 20_000) throw new Error('It never came to that');
}

describe('the audit trail', () => {
  test('has a row for each call and each thing that happened to its operation', async () => {
    await using under = await setUp();
    const { engine, trail } = under;
    const key = makeKey();
    const mutation = (fail: boolean) =>
      engine.run(
        callOf(key, { number: fail ? 1 : 2, reason: fail ? null : 'timeout' }),
        async (operation) => {
          await operation.transact('reserve', () => Promise.resolve(1));
          await operation.remote('charge', () => {
            if (fail) throw new TemporarilyUnavailable('of somebody@example.com');
            return Promise.resolve(1);
          });
          return operation.settle(() => Promise.resolve('bought'));
        },
      );
    await expect(mutation(true)).rejects.toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' });
    await until(() =>
      mutation(false).then(
        () => true,
        () => false,
      ),
    );
    await mutation(false);
    await expect(engine.run(callOf(''), () => Promise.resolve())).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_MISSING',
    });
    await engine.inquire(callOf(key));
    await trail.close();
    const rows = await under.rows();
    const told = rows.map(({ type, decision, code, detail, step, fence, attempt, reason }) => ({
      type,
      ...Object.fromEntries(
        Object.entries({ decision, code, detail, step, fence, attempt, reason }).filter(
          ([, value]) => value !== null,
        ),
      ),
    }));
    expect(told).toContainEqual({ type: 'claimed', attempt: 1 });
    expect(told).toContainEqual({
      type: 'remote_called',
      detail: 'unanswered',
      step: 'charge',
      fence: 1,
      attempt: 1,
    });
    expect(told).toContainEqual({ type: 'released', detail: 'running', fence: 1, attempt: 1 });
    expect(told).toContainEqual({
      type: 'answered',
      decision: 'refused',
      code: 'TEMPORARILY_UNAVAILABLE',
      attempt: 1,
    });
    expect(told).toContainEqual({
      type: 'taken_over',
      detail: 'caller',
      fence: 2,
      attempt: 2,
      reason: 'timeout',
    });
    expect(told).toContainEqual({
      type: 'settled',
      detail: 'succeeded',
      fence: 2,
      attempt: 2,
      reason: 'timeout',
    });
    expect(told).toContainEqual({ type: 'answered', decision: 'resumed', attempt: 2, reason: 'timeout' });
    expect(told).toContainEqual({ type: 'answered', decision: 'replayed', attempt: 2, reason: 'timeout' });
    expect(told).toContainEqual({ type: 'answered', decision: 'refused', code: 'IDEMPOTENCY_KEY_MISSING' });
    expect(told).toContainEqual({ type: 'inquired', detail: 'succeeded' });
    for (const row of rows) expect(row).toMatchObject({ node: 'node-1', region: 'here' });
    const operations = rows.filter(({ operationId }) => operationId !== null);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(1);
  });

  test('names keys and customers by keyed hashes, and holds no text of an error', async () => {
    await using under = await setUp();
    const key = makeKey();
    await under.engine
      .run(callOf(key), async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        throw new Error('for somebody@example.com');
      })
      .catch(() => undefined);
    await under.trail.close();
    const rows = await under.rows();
    expect(rows.length).toBeGreaterThan(2);
    const text = JSON.stringify(rows);
    for (const secret of [key, SCOPE, 'somebody@example.com']) expect(text).not.toContain(secret);
    for (const row of rows)
      expect(row).toMatchObject({ keyHash: pseudonym('key', key), scopeHash: pseudonym('scope', SCOPE) });
  });

  test('is timed by the database’s clock, at the event and not at its writing', async () => {
    await using under = await setUp();
    const clock = async () => {
      const [row] = await under.database.$queryRawUnsafe<{ now: Date }[]>('SELECT clock_timestamp() AS now');
      return row?.now.getTime() ?? Number.NaN;
    };
    const beforeMs = await clock();
    under.trail.listener(anEvent());
    const afterMs = await clock();
    await delay(1_500);
    await under.trail.flush();
    const [row] = await under.rows();
    // To half the round trip by which the two clocks are compared, on a busy machine.
    expect(row?.at.getTime()).toBeGreaterThanOrEqual(beforeMs - 700);
    expect(row?.at.getTime()).toBeLessThanOrEqual(afterMs + 700);
    const timeOfId = Number.parseInt((row?.eventId ?? '').replaceAll('-', '').slice(0, 12), 16);
    expect(timeOfId).toBe(row?.at.getTime());
  });

  test('writes by itself, after its interval', async () => {
    await using under = await setUp({ flushIntervalMs: 20 });
    under.trail.listener(anEvent());
    await until(async () => (await under.rows()).length === 1);
  });

  test('writes a full batch at once, and batches at most', async () => {
    await using under = await setUp({ batchSize: 10 });
    for (let count = 0; count < 25; count++) under.trail.listener(anEvent());
    await under.trail.flush();
    expect(await under.rows()).toHaveLength(25);
    // The clock, and three batches.
    expect(under.line.statements).toBe(4);
  });
});

describe('an audit trail whose database is away', () => {
  test('holds no call up, and is complete once it is back', async () => {
    await using under = await setUp();
    under.line.state = 'down';
    const startedMs = performance.now();
    for (let count = 0; count < 120; count++) under.trail.listener(anEvent());
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    await under.trail.flush();
    expect(await under.rows()).toHaveLength(0);
    under.line.state = 'well';
    await under.trail.flush();
    expect(await under.rows()).toHaveLength(120);
    expect(under.lost).toEqual([]);
  });

  test('tries once an interval, not once an event', async () => {
    await using under = await setUp({ batchSize: 5 });
    under.line.state = 'down';
    for (let count = 0; count < 5; count++) under.trail.listener(anEvent());
    await under.trail.flush();
    const { statements } = under.line;
    for (let count = 0; count < 100; count++) under.trail.listener(anEvent());
    await delay(50);
    expect(under.line.statements).toBe(statements);
  });

  test('writes once what was written when the answer was lost', async () => {
    await using under = await setUp();
    under.trail.listener(anEvent());
    await under.trail.flush();
    under.line.state = 'answers lost';
    for (let count = 0; count < 30; count++) under.trail.listener(anEvent());
    await under.trail.flush();
    await under.trail.flush();
    expect(await under.rows()).toHaveLength(31);
    under.line.state = 'well';
    under.trail.listener(anEvent());
    await under.trail.flush();
    expect(await under.rows()).toHaveLength(32);
    expect(under.lost).toEqual([]);
  });

  test('gives the oldest up beyond its bound, and says how many', async () => {
    await using under = await setUp({ batchSize: 10, bufferSize: 100 });
    under.line.state = 'down';
    under.trail.listener(anEvent('CODE_0'));
    await under.trail.flush();
    for (let count = 1; count < 250; count++) under.trail.listener(anEvent(`CODE_${count}`));
    under.line.state = 'well';
    await under.trail.flush();
    const written = (await under.rows()).map(({ code }) => code);
    const lost = under.lost.reduce((sum, { count }) => sum + count, 0);
    expect(written.length + lost).toBe(250);
    expect(written.length).toBeGreaterThan(80);
    expect(new Set(written)).toEqual(
      new Set(Array.from({ length: written.length }, (_, index) => `CODE_${250 - written.length + index}`)),
    );
  });

  test('closes all the same, and says what it takes with it', async () => {
    await using under = await setUp();
    under.line.state = 'down';
    for (let count = 0; count < 7; count++) under.trail.listener(anEvent());
    await under.trail.close();
    under.trail.listener(anEvent());
    expect(under.lost.map(({ count }) => count)).toEqual([7, 1]);
    expect(under.lost[0]?.reason).toContain('Connection terminated');
  });

  test('gives up what the table can’t take, and goes on with the rest', async () => {
    await using under = await setUp({ batchSize: 2 });
    under.trail.listener(anEvent('a zero \0 character'));
    under.trail.listener(anEvent());
    under.trail.listener(anEvent());
    await under.trail.flush();
    expect(await under.rows()).toHaveLength(1);
    expect(under.lost.map(({ count }) => count)).toEqual([2]);
  });
});

describe('keeping the audit trail', () => {
  async function withDays(...daysAgo: number[]) {
    const under = await setUp();
    const day = (ago: number) => dayOf(Date.now() - ago * DAY_MS);
    for (const ago of daysAgo) {
      await under.database.$queryRawUnsafe(
        'SELECT idempotency_make_audit_partitions($1::date, $1::date)',
        day(ago),
      );
      await under.database.$executeRawUnsafe(
        `INSERT INTO idempotency_audit (event_id, at, type, procedure, scope_hash, node, region)
         SELECT idempotency_key_floor(at), at, 'claimed', 'test.buy', 'x', 'node-1', 'here'
         FROM (SELECT $1::timestamptz AS at) AS t`,
        new Date(Date.parse(day(ago)) + DAY_MS / 2),
      );
    }
    const worker = () => under.testDatabase.connect({ poolSize: 1, limits: retentionLimits });
    const retentionOn = (client: RawClient) =>
      new PrismaAuditRetention({ client, clockToleranceMs: CLOCK_TOLERANCE_MS });
    const patient = await worker();
    return { ...under, day, worker, retentionOn, patient, retention: retentionOn(patient) };
  }

  test('drops days that are longer over than it is kept, and no other', async () => {
    await using under = await withDays(100, 92, 89, 1);
    expect(await under.retention.purge(KEPT_MS)).toEqual({
      days: [under.day(100), under.day(92)],
      postponed: [],
    });
    expect((await under.rows()).map(({ at }) => dayOf(at.getTime()))).toEqual([under.day(89), under.day(1)]);
    expect(await under.retention.purge(KEPT_MS)).toEqual({ days: [], postponed: [] });
  });

  test('goes on where a worker died between detach and drop', async () => {
    await using under = await withDays(100);
    const table = `idempotency_audit_${under.day(100).replaceAll('-', '')}`;
    await under.patient.$executeRawUnsafe(
      `ALTER TABLE idempotency_audit DETACH PARTITION ${table} CONCURRENTLY`,
    );
    expect(await under.retention.purge(KEPT_MS)).toEqual({ days: [under.day(100)], postponed: [] });
  });

  test('by several at once', async () => {
    await using under = await withDays(100, 99, 98);
    const others = [await under.worker(), await under.worker()];
    const rounds = await Promise.all([
      under.retention.purge(KEPT_MS),
      ...others.map((client) => under.retentionOn(client).purge(KEPT_MS)),
    ]);
    expect(rounds.flatMap(({ days }) => days).toSorted()).toEqual([100, 99, 98].map(under.day));
    expect(await under.retention.purge(KEPT_MS)).toEqual({ days: [], postponed: [] });
    expect(await under.rows()).toEqual([]);
  });

  test('makes the days to come', async () => {
    await using under = await withDays();
    expect(await under.retention.makeAhead(9)).toBe(2);
    expect(await under.retention.makeAhead(9)).toBe(0);
  });

  test('a day’s calls are counted once, when its records are archived: by decision, or by the code of a refusal', async () => {
    await using under = await withDays(10);
    const hour = new Date(Date.parse(under.day(10)) + 10 * 3_600_000);
    const insertCalls = (decision: string | null, code: string | null, count: number) =>
      under.database.$executeRawUnsafe(
        `INSERT INTO idempotency_audit (event_id, at, type, procedure, decision, code, scope_hash, node, region)
         SELECT idempotency_key_floor(at), at, 'answered', 'test.buy', $2, $3, 'x', 'node-1', 'here'
         FROM (SELECT $1::timestamptz + n * interval '1 ms' AS at FROM generate_series($5::int, $5::int + $4::int - 1) AS n) AS t`,
        hour,
        decision,
        code,
        count,
        ++under.line.statements * 1_000,
      );
    await insertCalls('executed', null, 7);
    await insertCalls('replayed', null, 4);
    await insertCalls('refused', 'OPERATION_IN_PROGRESS', 3);
    await under.database.$queryRawUnsafe(
      'SELECT idempotency_make_partitions($1::date, $1::date)',
      under.day(10),
    );
    const insertRecord = (state: string) =>
      under.database.$executeRawUnsafe(
        `INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint, policy_version,
           state, fence, holder, lease_until, next_try_at, created_at, settled_at)
         SELECT $1::uuid, 'c', 'test.buy', 'op', 'c', 'f', 1, $2, 1, 'h', now(), now(), $3::timestamptz,
           CASE WHEN $2 <> 'stuck' THEN $3::timestamptz END`,
        makeKey(hour.getTime()),
        state,
        hour,
      );
    await insertRecord('succeeded');
    await insertRecord('stuck');
    const records = new PrismaRetention({ client: under.patient, clockToleranceMs: CLOCK_TOLERANCE_MS });
    await records.purge(4 * DAY_MS);
    await under.database.$executeRawUnsafe(
      `UPDATE idempotency_record SET state = 'failed', settled_at = created_at`,
    );
    await records.purge(4 * DAY_MS);
    const summary = await under.database.$queryRawUnsafe<unknown[]>(
      'SELECT outcomes, decisions FROM idempotency_summary ORDER BY archived_at',
    );
    expect(summary).toEqual([
      { outcomes: { succeeded: 1 }, decisions: { executed: 7, replayed: 4, OPERATION_IN_PROGRESS: 3 } },
      { outcomes: { failed: 1 }, decisions: {} },
    ]);
  });
});
