import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { inject } from 'vitest';
import { connectionConfig, type RawClient, type SessionLimits, type TransactionalClient } from '../index.ts';

/**
 * What these tests need of the project that they are in, given by `provide` in a global setup of vitest:
 * the one place where they touch it.
 */
export interface EngineTestSurroundings {
  /** A Postgres server, as a user who may make databases. */
  readonly serverUrl: string;
  /** The module of a client that `prisma generate` made, of whatever schema: the store only sends SQL. */
  readonly clientModule: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    engineTests: EngineTestSurroundings;
  }
}

/** A Prisma client as the tests use it. */
export interface TestClient extends TransactionalClient<RawClient> {
  $disconnect(): Promise<void>;
}

/** Short enough for tests that wait for them to end. */
export const testLimits: SessionLimits = {
  connectionTimeoutMs: 2_000,
  lockTimeoutMs: 2_000,
  statementTimeoutMs: 3_000,
  queryTimeoutMs: 4_000,
  idleInTransactionTimeoutMs: 2_000,
  tcpUserTimeoutMs: 5_000,
};

/** Of a session that forgets days: its statements wait for everyone else, and read a whole day. */
export const retentionLimits: SessionLimits = {
  ...testLimits,
  lockTimeoutMs: 20_000,
  statementTimeoutMs: 60_000,
  queryTimeoutMs: 70_000,
};

/** One test's own database, with the engine's tables in it and whatever clients the test wants. */
export class TestDatabase implements AsyncDisposable {
  readonly url: string;
  readonly #name: string;
  readonly #clients: TestClient[] = [];

  private constructor(name: string) {
    const url = new URL(inject('engineTests').serverUrl);
    url.pathname = name;
    this.url = url.href;
    this.#name = name;
  }

  static async create(): Promise<TestDatabase> {
    const database = new TestDatabase(`engine_${randomUUID().replaceAll('-', '')}`);
    await execute(inject('engineTests').serverUrl, `CREATE DATABASE ${database.#name}`);
    await execute(database.url, await readFile(new URL('../schema.sql', import.meta.url), 'utf8'));
    return database;
  }

  /** A client with a pool of its own, as of one more process. */
  async connect(
    settings: {
      /** Another way to the same database. */
      url?: string;
      applicationName?: string;
      poolSize?: number;
      limits?: Partial<SessionLimits>;
    } = {},
  ): Promise<TestClient> {
    const { url = this.url, applicationName = 'engine-test', poolSize = 10 } = settings;
    const limits = { ...testLimits, ...settings.limits };
    const { PrismaClient } = (await import(inject('engineTests').clientModule)) as {
      PrismaClient: new (options: { adapter: PrismaPg }) => TestClient;
    };
    const config = connectionConfig({ url, applicationName, poolSize, limits });
    const quiet = { onPoolError: () => undefined, onConnectionError: () => undefined };
    const client = new PrismaClient({ adapter: new PrismaPg(config, quiet) });
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.$disconnect()));
    // A test that failed may have left connections open.
    await execute(inject('engineTests').serverUrl, `DROP DATABASE ${this.#name} WITH (FORCE)`);
  }
}

async function execute(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
