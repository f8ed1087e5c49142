import pg from 'pg';

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

/**
 * One connection of the harness to the database, which several may use at once: their statements take
 * turns. One rather than a pool, where a session's own things matter: its locks, its replication slot.
 */
export class Observer implements AsyncDisposable {
  readonly #client: pg.Client;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async connect({ adminUrl, name, statementLimitMs, settings }: ObserverOptions): Promise<Observer> {
    const client = new pg.Client({
      connectionString: adminUrl,
      application_name: `chaos/${name}`,
      statement_timeout: statementLimitMs ?? STATEMENT_LIMIT_MS,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      ...(settings === undefined ? {} : { options: settings }),
    });
    // A lost connection shows in the next statement, to whoever makes it.
    client.on('error', () => {});
    await client.connect();
    return new Observer(client);
  }

  rows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.#inTurn(async () => (await this.#client.query<Row>(sql, values)).rows);
  }

  /** For a statement that always has one row. */
  async row<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row> {
    const [row] = await this.rows<Row>(sql, values);
    if (row === undefined) throw new Error(`no row: ${sql}`);
    return row;
  }

  /** Several statements in one text, without values. */
  run(sql: string): Promise<void> {
    return this.#inTurn(async () => void (await this.#client.query(sql)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#client.end().catch(() => undefined);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.catch(() => undefined).then(work);
    this.#last = mine;
    return mine;
  }
}
