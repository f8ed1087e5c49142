import type { RawClient, TransactionalClient } from '../index.ts';

/** A client that knows how many answers of the database are missing. */
export class CountingClient implements TransactionalClient<RawClient> {
  readonly #client: TransactionalClient<RawClient>;
  #inFlight = 0;

  constructor(client: TransactionalClient<RawClient>) {
    this.#client = client;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  $queryRawUnsafe<T>(query: string, ...values: unknown[]): Promise<T> {
    return this.#counted(this.#client.$queryRawUnsafe<T>(query, ...values));
  }

  $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number> {
    return this.#counted(this.#client.$executeRawUnsafe(query, ...values));
  }

  /** BEGIN and COMMIT are missing answers; what the callback does between its statements is none. */
  $transaction<R>(
    work: (tx: RawClient) => Promise<R>,
    options: { maxWait: number; timeout: number },
  ): Promise<R> {
    const transaction = this.#client.$transaction(async (tx) => {
      this.#inFlight--;
      try {
        return await work({
          $queryRawUnsafe: (query, ...values) => this.#counted(tx.$queryRawUnsafe(query, ...values)),
          $executeRawUnsafe: (query, ...values) => this.#counted(tx.$executeRawUnsafe(query, ...values)),
        });
      } finally {
        this.#inFlight++;
      }
    }, options);
    return this.#counted(transaction);
  }

  async #counted<R>(answer: Promise<R>): Promise<R> {
    this.#inFlight++;
    try {
      return await answer;
    } finally {
      this.#inFlight--;
    }
  }
}
