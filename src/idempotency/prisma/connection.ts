import pg from 'pg';

/** How long a session waits, for each thing that it may wait for: none of them for ever. */
export interface SessionLimits {
  /** Waiting for a connection: pool and connect together. */
  readonly connectionTimeoutMs: number;
  /** Waiting for a row or index lock: a claim waits this long behind another's open claim. Also covers COMMIT. */
  readonly lockTimeoutMs: number;
  /** One statement, ended by the server. */
  readonly statementTimeoutMs: number;
  /** One statement, given up by the client, whose connection may be cut. */
  readonly queryTimeoutMs: number;
  /** A session that hangs inside a transaction is ended by the server: it holds a key's lock. */
  readonly idleInTransactionTimeoutMs: number;
  /** Unacknowledged data on the server's side of a connection before the kernel gives it up. */
  readonly tcpUserTimeoutMs: number;
}

/**
 * The sessions that the store relies on, for Prisma's adapter: `new PrismaPg(connectionConfig(…))`.
 *
 * What the server enforces travels with the connection's first message, so it costs no round trip, and it
 * holds on a database that is somebody else's too.
 */
export function connectionConfig(settings: {
  url: string;
  applicationName: string;
  poolSize: number;
  limits: SessionLimits;
}): pg.PoolConfig {
  const { url, applicationName, poolSize, limits } = settings;
  const session: Record<string, string> = {
    default_transaction_isolation: 'read committed',
    lock_timeout: `${limits.lockTimeoutMs}ms`,
    statement_timeout: `${limits.statementTimeoutMs}ms`,
    idle_in_transaction_session_timeout: `${limits.idleInTransactionTimeoutMs}ms`,
    tcp_user_timeout: `${limits.tcpUserTimeoutMs}ms`,
  };
  return {
    connectionString: url,
    application_name: applicationName,
    max: poolSize,
    connectionTimeoutMillis: limits.connectionTimeoutMs,
    query_timeout: limits.queryTimeoutMs,
    options: Object.entries(session)
      .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
      .join(' '),
    Client: SafeConnection,
  };
}

/**
 * A connection that is destroyed when a query of it ends without the server's word.
 *
 * `pg` gives a timed-out query up, but its connection still has the transaction open; back in the pool,
 * the next transaction would run inside it and its COMMIT would commit both. An error of the server has
 * a severity; any other means that nobody knows what this connection is in the middle of.
 */
class SafeConnection extends pg.Client {
  // `pg` overloads `query` nine ways; all that matters here is the promise that comes back.
  override query(...args: never[]): never {
    const result: unknown = (super.query as (...args: never[]) => unknown).apply(this, args);
    if (!(result instanceof Promise)) return result as never;
    return result.catch((error: unknown) => {
      if (typeof (error as { severity?: unknown }).severity !== 'string') this.#destroy();
      throw error;
    }) as never;
  }

  #destroy(): void {
    const { connection } = this as unknown as { connection: { stream: { destroy(): void } } };
    connection.stream.destroy();
  }
}
