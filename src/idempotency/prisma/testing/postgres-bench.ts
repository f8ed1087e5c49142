import { Engine, fingerprints, nodePorts, parseKey, type Call, type EngineOptions } from '../../index.ts';
import { makeKey, testPolicy, type StoreUnderTest } from '../../testing/index.ts';
import { PrismaStore, type RawClient, type TransactionalClient } from '../index.ts';
import { TestDatabase, type TestClient } from './test-database.ts';

/** A database with a table for effects, and everything that works on it. */
export class PostgresBench implements AsyncDisposable {
  readonly database: TestDatabase;
  readonly client: TestClient;

  private constructor(database: TestDatabase, client: TestClient) {
    this.database = database;
    this.client = client;
  }

  static async open(): Promise<PostgresBench> {
    const database = await TestDatabase.create();
    const client = await database.connect();
    await client.$executeRawUnsafe(
      'CREATE TABLE effect (name text PRIMARY KEY, value text NOT NULL, writes int NOT NULL DEFAULT 1)',
    );
    return new PostgresBench(database, client);
  }

  /** An engine on a client of the test's own, or on the bench's. */
  engine(
    client: TransactionalClient<RawClient> = this.client,
    options: Partial<EngineOptions<RawClient>> = {},
  ): Engine<RawClient> {
    return new Engine<RawClient>({ store: this.store(client), ports: nodePorts, ...options });
  }

  store(client: TransactionalClient<RawClient> = this.client): PrismaStore<RawClient> {
    return new PrismaStore<RawClient>({
      client,
      leaseClient: client,
      maxWaitMs: 5_000,
      transactionTimeoutMs: 8_000,
    });
  }

  async write(tx: RawClient, name: string, value: string): Promise<void> {
    await tx.$executeRawUnsafe(
      `INSERT INTO effect (name, value) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, writes = effect.writes + 1`,
      name,
      value,
    );
  }

  /** What was committed under a name, and how often. */
  async committed(name: string): Promise<{ value: string; writes: number } | null> {
    const [row] = await this.client.$queryRawUnsafe<{ value: string; writes: number }[]>(
      'SELECT value, writes FROM effect WHERE name = $1',
      name,
    );
    return row ?? null;
  }

  /** For the contract suites. */
  underTest(): StoreUnderTest<RawClient> {
    return {
      store: this.store(),
      write: (tx, name, value) => this.write(tx, name, value),
      committed: async (name) => (await this.committed(name))?.value ?? null,
    };
  }

  /** Resolves once that many sessions of an application wait for a lock, or when `instead` resolves. */
  async untilBlocked(applicationName: string, sessions: number, instead: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    const end = () => {
      ended.abort();
    };
    void instead.then(end, end);
    while (!ended.signal.aborted) {
      const [row] = await this.client.$queryRawUnsafe<{ blocked: number }[]>(
        `SELECT count(*)::int AS blocked FROM pg_stat_activity
         WHERE application_name = $1 AND datname = current_database() AND wait_event_type = 'Lock'`,
        applicationName,
      );
      if ((row?.blocked ?? 0) >= sessions) return;
      await nodePorts.sleep(2);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
  }
}

/** A call with a key of its own. */
export function callWith(changes: Partial<Call> & { idempotencyKey?: string } = {}): Call {
  const { idempotencyKey = makeKey(), ...rest } = changes;
  const policy = rest.policy ?? testPolicy;
  return {
    key: parseKey(idempotencyKey),
    scope: 'customer-1',
    principal: 'customer-1',
    procedure: 'test.buy',
    policy,
    fingerprints: fingerprints(nodePorts, policy, {}, {}),
    input: '{}',
    ...rest,
  };
}
