import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { dayOf, type IdempotencyRecord } from '../../core/index.ts';
import {
  VirtualClock,
  worldPolicy,
  type Change,
  type Ground,
  type Stage,
} from '../../testing/interleavings/index.ts';
import { makeKey } from '../../testing/index.ts';
import { PrismaRetention, PrismaStore, type RawClient, type TransactionalClient } from '../index.ts';
import { CountingClient } from './counting-client.ts';
import { TurnTakingClient } from './turn-taking-client.ts';

/** Far longer than a run takes: a lease runs out only when the test says so. */
const LEASE_MS = 30_000;
const DAY_MS = 24 * 3_600_000;
/** The key is this old from the beginning. */
const KEY_AGE_MS = 10 * DAY_MS;

/** What a run needs in its database besides the project's own tables. */
export const STAGE_TABLES = [
  'CREATE TABLE stage_effect (name text PRIMARY KEY)',
  `CREATE TABLE stage_change (
     number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL,
     before jsonb, after jsonb NOT NULL, at timestamptz NOT NULL)`,
  `CREATE FUNCTION stage_note() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO stage_change (key, before, after, at)
     VALUES (NEW.key, CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END, to_jsonb(NEW), clock_timestamp());
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER stage_note AFTER INSERT OR UPDATE ON idempotency_record
   FOR EACH ROW EXECUTE FUNCTION stage_note()`,
];

/**
 * A schedule's stage on real Postgres.
 *
 * What it controls: which call, statement or COMMIT is sent next, and what becomes of it. What it can't:
 * in what order Postgres wakes those who queue for one lock (its own queue decides), and real time: a
 * run that stalled for seconds would meet the server's own limits, which the engine must stand as well.
 * Time passes for a record by moving its stamps into the past; not while a transaction holds its row.
 * The window passes by growing shorter: the key is old, and is first inside a long window.
 */
export class PostgresStage implements Stage<RawClient> {
  readonly clock = new VirtualClock(Date.now());
  readonly key = makeKey(Date.now() - KEY_AGE_MS);
  readonly policy = {
    ...worldPolicy,
    leaseMs: LEASE_MS,
    renewalDeadlineMs: 2 * LEASE_MS,
    windowBackMs: 2 * KEY_AGE_MS,
  };
  readonly ground: Ground<RawClient>;
  readonly #client: CountingClient;
  readonly #admin: RawClient;
  readonly #applicationName: string;

  constructor(options: {
    client: TransactionalClient<RawClient>;
    admin: RawClient;
    /** Of the client's sessions, to find those that wait for a lock. */
    applicationName: string;
  }) {
    this.#client = new CountingClient(options.client);
    this.#admin = options.admin;
    this.#applicationName = options.applicationName;
    this.ground = {
      store: new PrismaStore<RawClient>({
        client: this.#client,
        leaseClient: this.#client,
        maxWaitMs: 5_000,
        transactionTimeoutMs: 8_000,
      }),
      effect: async (tx, name) => {
        await tx.$executeRawUnsafe('INSERT INTO stage_effect (name) VALUES ($1)', name);
      },
      effects: async () => {
        const rows = await this.#admin.$queryRawUnsafe<{ name: string }[]>('SELECT name FROM stage_effect');
        return rows.map(({ name }) => name);
      },
      changes: () => this.#changes(),
      forget: (process, keysOlderThanMs) =>
        retentionOn(new TurnTakingClient(this.#client, process)).purge(keysOlderThanMs),
    };
  }

  /** Runs follow each other in one database; each begins with none of the last one's traces. */
  async clear(): Promise<void> {
    for (const table of ['stage_effect', 'stage_change', 'idempotency_record'])
      await this.#admin.$executeRawUnsafe(`DELETE FROM ${table}`);
    // The last one may have died in the middle of forgetting.
    await retentionOn(this.#client).purge(worldPolicy.windowBackMs + DAY_MS);
    await this.#admin.$executeRawUnsafe('DELETE FROM idempotency_summary');
    await this.#client.$queryRawUnsafe(
      'SELECT idempotency_make_partitions(day, day) FROM (SELECT $1::date AS day) AS t',
      dayOf(Date.now() - KEY_AGE_MS),
    );
  }

  /** Everything sent is answered, or waits for a lock. */
  async quiet(): Promise<void> {
    for (;;) {
      await setImmediate();
      if (this.#client.inFlight === 0) {
        await setImmediate();
        if (this.#client.inFlight === 0) return;
      }
      const [row] = await this.#admin.$queryRawUnsafe<{ blocked: number }[]>(
        `SELECT count(*)::int AS blocked FROM pg_stat_activity
         WHERE application_name = $1 AND datname = current_database() AND wait_event_type = 'Lock'`,
        this.#applicationName,
      );
      if (row?.blocked === this.#client.inFlight) return;
      await delay(1);
    }
  }

  async pass(ms: number): Promise<void> {
    await this.#admin.$executeRawUnsafe(
      `UPDATE idempotency_record SET
         lease_until = lease_until - $1::int * interval '1 ms', next_try_at = next_try_at - $1::int * interval '1 ms'
       WHERE (key, scope, procedure) IN (
         SELECT key, scope, procedure FROM idempotency_record WHERE settled_at IS NULL FOR UPDATE SKIP LOCKED)`,
      Math.ceil(ms),
    );
    this.clock.pass(ms);
  }

  passWindow(): Promise<void> {
    this.policy.windowBackMs = worldPolicy.windowBackMs;
    return Promise.resolve();
  }

  async #changes(): Promise<readonly Change[]> {
    const rows = await this.#admin.$queryRawUnsafe<{ before: Row | null; after: Row; at: Date }[]>(
      'SELECT before, after, at FROM stage_change ORDER BY number',
    );
    return rows.map(({ before, after, at }) => ({
      before: before && recordOf(before),
      after: recordOf(after),
      nowMs: at.getTime(),
    }));
  }
}

function retentionOn(client: RawClient): PrismaRetention {
  return new PrismaRetention({ client, clockToleranceMs: DAY_MS });
}

type Row = Readonly<Record<string, unknown>>;

/** A row as JSON, as a record. */
function recordOf(row: Row): IdempotencyRecord {
  const date = (name: string) => new Date(String(row[name]));
  return {
    key: row['key'],
    scope: row['scope'],
    procedure: row['procedure'],
    operationId: row['operation_id'],
    principal: row['principal'],
    fingerprint: row['fingerprint'],
    policyVersion: row['policy_version'],
    state: row['state'],
    fence: row['fence'],
    holder: row['holder'],
    leaseUntil: date('lease_until'),
    nextTryAt: date('next_try_at'),
    tries: row['tries'],
    steps: row['steps'],
    input: row['input'],
    outcome: row['outcome'],
    createdAt: date('created_at'),
    settledAt: row['settled_at'] === null ? null : date('settled_at'),
  } as IdempotencyRecord;
}
