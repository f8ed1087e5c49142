import pg from 'pg';

/**
 * A connection that is destroyed when a query of it ends without the server's word.
 *
 * `pg` gives a timed-out query up, but its connection still has the transaction open; back in the pool,
 * the next transaction would run inside it and its COMMIT would commit both. An error of the server has
 * a severity; any other means that nobody knows what this connection is in the middle of.
 */
export class SafeConnection extends pg.Client {
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
