import pg from 'pg';
import { Unreachable } from './unreachable.ts';

export interface ObserverOptions {
  /** A superuser's address, unproxied: neither the shop's rights nor its links come between. */
  adminUrl: string;
  /** As it shows in pg_stat_activity, after `chaos/`. */
  name: string;
  statementLimitMs?: number;
  /** Server settings, as on the command line. */
  settings?: string;
}

const STATEMENT_LIMIT_MS = 10_000;
const CONNECT_LIMIT_MS = 10_000;

/** A server that stands still ends no statement of its own: so long after its limit nobody waits for it any more. */
const SILENCE_LIMIT_MS = 2_000;

/**
 * One connection of the harness to the database, which several may use at once: their statements take
 * turns. One rather than a pool, where a session's own things matter: its locks.
 *
 * A database that is killed on purpose takes the connection with it. The next statement makes another, with
 * nothing of the old session; the one that was under way isn't repeated, for nobody knows how far it came.
 */
export class Observer implements AsyncDisposable {
  readonly #config: pg.ClientConfig;
  #client: pg.Client | null = null;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  static async connect({
    adminUrl,
    name,
    statementLimitMs = STATEMENT_LIMIT_MS,
    settings,
  }: ObserverOptions): Promise<Observer> {
    const observer = new Observer({
      connectionString: adminUrl,
      application_name: `chaos/${name}`,
      statement_timeout: statementLimitMs,
      query_timeout: statementLimitMs + SILENCE_LIMIT_MS,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      ...(settings === undefined ? {} : { options: settings }),
    });
    await observer.#connected();
    return observer;
  }

  /** @throws Unreachable if the database gives no answer; whether it did what it was told isn't known then */
  rows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.#inTurn(async (client) => (await client.query<Row>(sql, values)).rows);
  }

  /** For a statement that always has one row. */
  async row<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row> {
    const [row] = await this.rows<Row>(sql, values);
    if (row === undefined) throw new Error(`no row: ${sql}`);
    return row;
  }

  /** Several statements in one text, without values. */
  run(sql: string): Promise<void> {
    return this.#inTurn(async (client) => void (await client.query(sql)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#client?.end().catch(() => undefined);
  }

  #inTurn<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const mine = this.#last
      .catch(() => undefined)
      .then(async () => {
        const client = await this.#connected();
        try {
          return await work(client);
        } catch (error) {
          throw this.#lost(client, error) ? new Unreachable('the database is gone', { cause: error }) : error;
        }
      });
    this.#last = mine;
    return mine;
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    const client = new pg.Client(this.#config);
    // A lost connection shows in the next statement, to whoever makes it.
    client.on('error', () => this.#lost(client, null));
    await client.connect().catch((cause: unknown) => {
      throw new Unreachable('the database can’t be reached', { cause });
    });
    return (this.#client = client);
  }

  /** An error of a statement has a severity, and the session goes on; FATAL ends it, and so does silence. */
  #lost(client: pg.Client, error: unknown): boolean {
    const severity = (error as { severity?: unknown } | null)?.severity;
    if (typeof severity === 'string' && severity !== 'FATAL' && severity !== 'PANIC') return false;
    if (this.#client === client) this.#client = null;
    client.end().catch(() => undefined);
    return true;
  }
}
