import type { Ledger } from './ledger.ts';

/**
 * What became of a request:
 *
 * - `executed`: an endpoint ran, whatever it answered (a decline too)
 * - `replayed`: the stored answer of the key's first request
 * - `idempotency_error`: the key came before with other parameters
 * - `concurrent`: the key's first request is still under way
 * - `rejected`: refused before any endpoint began; nothing is stored under the key
 */
export type Outcome = 'executed' | 'replayed' | 'idempotency_error' | 'concurrent' | 'rejected';

export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly paramsHash: string;
  readonly paymentMethod: string | null;
}

/** The durable log of every API request, duplicates included: what the client really sent. */
export class RequestLog {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Commits before anything is executed, so that even a request that kills the process has left its trace. */
  arrived(arrival: Arrival): number {
    const { lastInsertRowid } = this.#ledger.db
      .prepare(
        `INSERT INTO request (at_ms, method, path, idempotency_key, params_hash, payment_method)
         VALUES ($atMs, $method, $path, $key, $paramsHash, $paymentMethod)`,
      )
      .run({
        atMs: Date.now(),
        method: arrival.method,
        path: arrival.path,
        key: arrival.idempotencyKey,
        paramsHash: arrival.paramsHash,
        paymentMethod: arrival.paymentMethod,
      });
    return Number(lastInsertRowid);
  }

  /** In the transaction of the effect: an executed request can't be logged as anything else. */
  decided(seq: number, outcome: Outcome, status: number): void {
    this.#ledger.db
      .prepare('UPDATE request SET outcome = $outcome, status = $status WHERE seq = $seq')
      .run({ seq, outcome, status });
  }

  /** `answered`: the whole answer was handed to the network. Whether it arrived, only the client knows. */
  finished(seq: number, answered: boolean): void {
    this.#ledger.db
      .prepare('UPDATE request SET finished_at_ms = $atMs, answered = $answered WHERE seq = $seq')
      .run({ seq, atMs: Date.now(), answered: answered ? 1 : 0 });
  }
}
