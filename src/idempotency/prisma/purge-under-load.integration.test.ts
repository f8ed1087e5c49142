import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { Engine, fingerprints, nodePorts, parseKey, type Purged } from '../index.ts';
import { makeKey, testPolicy } from '../testing/index.ts';
import { PrismaRetention, PrismaStore, type RawClient, type TransactionalClient } from './index.ts';
import { retentionLimits, TestDatabase } from './testing/test-database.ts';

const DAY_MS = 24 * 3_600_000;
const NODES = 3;
const CALLERS_PER_NODE = 2;
/** Each is one day forgotten and one day dropped, both behind a transaction that stays open. */
const ROUNDS = 3;
const HELD_OPEN_S = 3;
const SETTLED_PER_DAY = 20_000;
const UNSETTLED_PER_DAY = 5;

interface Call {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly error: unknown;
}

interface Phase {
  readonly startedMs: number;
  readonly endedMs: number;
}

/**
 * The control comes first in what it teaches: a plain DROP asks for a lock that every claim waits
 * behind, and gets it only when the open transaction ends. Both happen in one run, in turns, so that a
 * machine that is slow is slow for both.
 */
test(
  'hazard 18: days are forgotten under full load, and no claim notices',
  { timeout: 120_000 },
  async () => {
    await using resources = new AsyncDisposableStack();
    const testDatabase = resources.use(await TestDatabase.create());
    const openRaw = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: testDatabase.url });
      await client.connect();
      return resources.adopt(client, () => client.end());
    };
    const admin = await openRaw();
    const holder = await openRaw();
    const retentions = await Promise.all(
      ['worker-1', 'worker-2'].map(
        async (applicationName) =>
          new PrismaRetention({
            client: await testDatabase.connect({ applicationName, poolSize: 1, limits: retentionLimits }),
            clockToleranceMs: 3_600_000,
          }),
      ),
    );

    // The oldest first: every other day is forgotten, every other one dropped.
    const days = Array.from({ length: 2 * ROUNDS }, (_, index) =>
      new Date(Date.now() - (6 + 2 * ROUNDS - index) * DAY_MS).toISOString().slice(0, 10),
    );
    for (const day of days) await fill(admin, day);

    await admin.query('CREATE TABLE effect (operation_id text PRIMARY KEY)');
    const calls: Call[] = [];
    /** When they started, the calls that haven't ended. */
    const underWay = new Set<number>();
    const stop = new AbortController();
    const clients = await Promise.all(
      Array.from({ length: NODES }, (_, number) =>
        testDatabase.connect({ applicationName: `node-${number}`, poolSize: CALLERS_PER_NODE }),
      ),
    );
    const load = clients.flatMap((client) => {
      const engine = engineOn(client);
      const callers = Array.from({ length: CALLERS_PER_NODE }, async () => {
        while (!stop.signal.aborted) {
          const startedMs = performance.now();
          underWay.add(startedMs);
          const error = await buy(engine);
          underWay.delete(startedMs);
          calls.push({ startedMs, endedMs: performance.now(), error });
        }
      });
      const completer = async () => {
        while (!stop.signal.aborted) {
          await engine.abandoned(10).catch(() => undefined);
          await delay(20);
        }
      };
      return [...callers, completer()];
    });

    const during = async (work: () => Promise<unknown>): Promise<Phase> => {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM idempotency_record WHERE key = $1 FOR UPDATE', [makeKey()]);
      const startedMs = performance.now();
      const held = holder.query('SELECT pg_sleep($1)', [HELD_OPEN_S]).then(() => holder.query('COMMIT'));
      await Promise.all([held, work()]);
      const endedMs = performance.now();
      // The next phase begins with no call of this one under way.
      while ([...underWay].some((callStartedMs) => callStartedMs < endedMs)) await delay(5);
      return { startedMs, endedMs };
    };

    const forgotten: Phase[] = [];
    const dropped: Phase[] = [];
    const rounds: Purged[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [toForget = '', toDrop = ''] = days.slice(2 * round);
      const keysOlderThanMs = Date.now() - Date.parse(toForget) - DAY_MS - 1_000;
      forgotten.push(
        await during(async () => {
          rounds.push(
            ...(await Promise.all(retentions.map((retention) => retention.purge(keysOlderThanMs)))),
          );
        }),
      );
      dropped.push(
        await during(() => admin.query(`DROP TABLE idempotency_record_${toDrop.replaceAll('-', '')}`)),
      );
    }
    stop.abort();
    await Promise.all(load);

    // Also one that had begun: a drop that holds up every caller from its first moment sees no other.
    const callsIn = ({ startedMs, endedMs }: Phase) =>
      calls.filter((call) => call.startedMs < endedMs && call.endedMs > startedMs);
    const seenIn = (phases: readonly Phase[]) => ({
      longestMs: phases.map((phase) =>
        Math.round(Math.max(...callsIn(phase).map((call) => call.endedMs - call.startedMs))),
      ),
      errors: phases.flatMap(callsIn).flatMap(({ error }) => (error === null ? [] : [error])),
    });
    const forgetting = seenIn(forgotten);
    const dropping = seenIn(dropped);
    process.stdout.write(
      `${calls.length} calls; the longest while a day was forgotten: ${forgetting.longestMs.join(', ')} ms ` +
        `(${forgetting.errors.length} errors); while one was dropped: ${dropping.longestMs.join(', ')} ms ` +
        `(${dropping.errors.length} errors)\n`,
    );

    // What it is compared with did happen: every caller called, and a plain drop held some up.
    for (const phase of forgotten)
      expect(callsIn(phase).length).toBeGreaterThanOrEqual(NODES * CALLERS_PER_NODE);
    expect(Math.min(...dropping.longestMs)).toBeGreaterThan((HELD_OPEN_S * 1_000) / 3);

    expect(forgetting.errors).toEqual([]);
    expect(Math.max(...forgetting.longestMs)).toBeLessThan(Math.min(...dropping.longestMs));
    expect(2 * median(forgetting.longestMs)).toBeLessThan(median(dropping.longestMs));

    // And it forgot what it should, kept what it should, and every answered call is there once.
    expect(rounds.flatMap(({ postponed }) => postponed)).toEqual([]);
    expect(rounds.reduce((sum, { forgotten: count }) => sum + count, 0)).toBe(ROUNDS * SETTLED_PER_DAY);
    const { rows } = await admin.query(
      `SELECT count(*) FILTER (WHERE settled_at IS NULL AND state = 'stuck')::int AS stuck,
       count(*) FILTER (WHERE settled_at IS NOT NULL)::int AS settled,
       (SELECT count(*)::int FROM effect) AS effects FROM idempotency_record`,
    );
    const answered = calls.filter(({ error }) => error === null).length;
    expect(rows[0]).toMatchObject({ stuck: ROUNDS * UNSETTLED_PER_DAY });
    expect(rows[0].settled).toBeGreaterThanOrEqual(answered);
    expect(rows[0].effects).toBe(rows[0].settled);
  },
);

function engineOn(client: TransactionalClient<RawClient>): Engine<RawClient> {
  const store = new PrismaStore<RawClient>({
    client,
    leaseClient: client,
    maxWaitMs: 2_000,
    transactionTimeoutMs: 8_000,
  });
  return new Engine<RawClient>({ store, ports: nodePorts });
}

/** One purchase under a key of its own, in two transactions. @returns what went wrong, or null */
function buy(engine: Engine<RawClient>): Promise<unknown> {
  const policy = { ...testPolicy, joinMs: 3_000, leaseMs: 5_000 };
  const call = {
    key: parseKey(makeKey()),
    scope: 'customer-1',
    principal: 'customer-1',
    procedure: 'test.buy',
    policy,
    fingerprints: fingerprints(nodePorts, policy, {}, {}),
    input: '{}',
  };
  return engine
    .run(call, async (operation) => {
      await operation.transact('reserve', () => Promise.resolve('reserved'));
      return operation.settle(async (tx) => {
        await tx.$executeRawUnsafe('INSERT INTO effect (operation_id) VALUES ($1)', operation.id);
        return 'bought';
      });
    })
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
}

/** Records of a whole day, made by the server itself: one key every few seconds. */
async function fill(admin: pg.Client, day: string): Promise<void> {
  await admin.query('SELECT idempotency_make_partitions($1::date, $1::date)', [day]);
  await admin.query(
    `INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint, policy_version,
       state, fence, holder, lease_until, next_try_at, input, outcome, created_at, settled_at)
     SELECT idempotency_key_floor(made_at), 'c', 'test.buy', 'op_' || n, 'c', 'f', 1,
       CASE WHEN settled THEN 'succeeded' ELSE 'stuck' END, 1, 'h', made_at, made_at,
       CASE WHEN NOT settled THEN '{}' END, CASE WHEN settled THEN '"bought"' END,
       made_at, CASE WHEN settled THEN made_at + interval '7 ms' END
     FROM (
       SELECT n, n > $3 AS settled, $1::date::timestamp AT TIME ZONE 'UTC' + n * interval '1 day' / ($2 + $3 + 1) AS made_at
       FROM generate_series(1, $2::int + $3::int) AS n
     ) AS rows`,
    [day, SETTLED_PER_DAY, UNSETTLED_PER_DAY],
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
