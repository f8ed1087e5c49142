import pg from 'pg';
import { Observer } from '../topology/observer.ts';
import { seenInTime } from '../topology/until.ts';

/** How soon a healthy link of one machine has answered, many times over. */
const CONNECT_LIMIT_MS = 2_000;

/**
 * A small bird on a database link: a connection of the harness's own through the link's proxy, beside the
 * node's. What happens to it happens to the node, and it says which direction is to blame.
 */
export class DatabaseCanary implements AsyncDisposable {
  readonly #through: pg.Client;
  /** The same database, past the proxy. */
  readonly #beside: Observer;
  readonly #pid: number;
  readonly #heard = new Set<string>();
  #count = 0;

  private constructor(through: pg.Client, beside: Observer, pid: number) {
    this.#through = through;
    this.#beside = beside;
    this.#pid = pid;
    through.on('notification', ({ payload }) => this.#heard.add(payload ?? ''));
  }

  /** `adminUrl` is the database's own address, `linkPort` where its proxy listens. */
  static async open(adminUrl: string, linkPort: number): Promise<DatabaseCanary> {
    const beside = await Observer.connect({ adminUrl, name: 'canary-beside' });
    const through = await connect(throughLink(adminUrl, linkPort));
    const { rows } = await through.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const canary = new DatabaseCanary(through, beside, rows[0]?.pid ?? 0);
    await through.query(`LISTEN ${canary.#channel}`);
    return canary;
  }

  /** Whether a new connection through the link works at all. */
  static async passes(adminUrl: string, linkPort: number): Promise<boolean> {
    try {
      const client = await connect(throughLink(adminUrl, linkPort));
      await client.query('SELECT 1');
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  /** How long a query takes through the link; null if it takes longer than the limit. */
  async delayMs(limitMs: number): Promise<number | null> {
    const started = performance.now();
    const answered = this.#through.query('SELECT 1').then(
      () => performance.now() - started,
      () => null,
    );
    return Promise.race([answered, after(limitMs)]);
  }

  /**
   * Whether something that is sent towards the database fails to arrive there. Seen from the database's
   * side, so that a lost answer isn't taken for a lost question.
   */
  async upstreamIsCut(limitMs: number): Promise<boolean> {
    const name = `chaos/canary-${(this.#count += 1)}`;
    this.#through.query(`SELECT set_config('application_name', $1, false)`, [name]).catch(() => undefined);
    return inVain(limitMs, async () => {
      const [backend] = await this.#beside.rows<{ name: string }>(
        'SELECT application_name AS name FROM pg_stat_activity WHERE pid = $1',
        [this.#pid],
      );
      return backend?.name === name;
    });
  }

  /** Whether something that the database sends fails to come back, though it was sent without being asked for. */
  async downstreamIsCut(limitMs: number): Promise<boolean> {
    const word = String((this.#count += 1));
    await this.#beside.rows('SELECT pg_notify($1, $2)', [this.#channel, word]);
    return inVain(limitMs, () => this.#heard.has(word));
  }

  /** The bird may be on a dead line: nobody waits for its farewell. */
  async [Symbol.asyncDispose](): Promise<void> {
    (this.#through as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await this.#beside[Symbol.asyncDispose]();
  }

  get #channel(): string {
    return `chaos_canary_${this.#pid}`;
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'chaos/canary',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    query_timeout: 60_000,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

function throughLink(adminUrl: string, linkPort: number): string {
  const url = new URL(adminUrl);
  url.port = String(linkPort);
  return url.href;
}

async function inVain(limitMs: number, look: () => boolean | Promise<boolean>): Promise<boolean> {
  return (await seenInTime(look, { what: 'the canary', limitMs })) === null;
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ms).unref();
  });
}
