import { StoreUnavailable } from '../../core/index.ts';
import type { SimulatedProcess } from '../../testing/interleavings/index.ts';
import type { RawClient } from '../index.ts';

/** A client as one process uses it: before each statement others may go on, and each may fail. */
export class TurnTakingClient implements RawClient {
  readonly #client: RawClient;
  readonly #process: SimulatedProcess;

  constructor(client: RawClient, process: SimulatedProcess) {
    this.#client = client;
    this.#process = process;
  }

  $queryRawUnsafe<T>(query: string, ...values: unknown[]): Promise<T> {
    return this.#inTurn(query, () => this.#client.$queryRawUnsafe<T>(query, ...values));
  }

  $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number> {
    return this.#inTurn(query, () => this.#client.$executeRawUnsafe(query, ...values));
  }

  async #inTurn<R>(query: string, send: () => Promise<R>): Promise<R> {
    const fault = await this.#process.turn(query.trim().slice(0, 60), ['unavailable', 'lost']);
    if (fault === 'unavailable') throw new StoreUnavailable('It was not sent');
    const result = await send();
    await this.#process.fineTurn('answered');
    if (fault === 'lost') throw new StoreUnavailable('The answer is lost');
    return result;
  }
}
