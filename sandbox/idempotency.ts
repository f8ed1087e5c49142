import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ApiError, invalidRequest } from './api-error.ts';
import type { FormEntry } from './form.ts';
import type { Ledger } from './ledger.ts';

/** Stripe's limit. @see https://docs.stripe.com/api/idempotent_requests */
const KEY_LENGTH_MAX = 255;

const resultRow = z.object({
  params_hash: z.string(),
  status: z.int(),
  body: z.string(),
  withheld: z.int().transform((flag) => flag === 1),
  request_id: z.string(),
});

/** The answer to a key's first request, byte for byte. */
export interface StoredResult {
  readonly status: number;
  readonly body: string;
  /** The answer never arrived the first time, and never will. */
  readonly withheld: boolean;
  readonly requestId: string;
}

/** What Stripe calls 'the same parameters': method, path and body, whatever the body's order. */
export function hashParams(method: string, path: string, entries: readonly FormEntry[]): string {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash('sha256')
    .update(JSON.stringify([method, path, sorted]))
    .digest('hex');
}

/** Refuses keys that Stripe would refuse. */
export function checkKey(key: string): void {
  if (key.length > KEY_LENGTH_MAX) {
    throw invalidRequest(`Idempotency keys are at most ${KEY_LENGTH_MAX} characters long.`);
  }
}

/** The key came before with other parameters. */
export function keyReused(key: string): ApiError {
  return new ApiError(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

/** The key's first request is still under way. */
export function keyInUse(key: string): ApiError {
  return new ApiError(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using the idempotency key '${key}'.`,
  });
}

/**
 * Remembers answers by idempotency key.
 *
 * Results are durable and commit with their effect; keys in use are in memory only. So a crash can leave no claim
 * behind that would block its key: either the result is there and is replayed, or nothing happened and the next
 * request with the key executes.
 */
export class Idempotency {
  readonly #ledger: Ledger;
  readonly #inUse = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  isInUse(key: string): boolean {
    return this.#inUse.has(key);
  }

  /** Keeps the key in use beyond its transaction, for an answer that takes its time. */
  hold(key: string): void {
    this.#inUse.add(key);
  }

  release(key: string): void {
    this.#inUse.delete(key);
  }

  /** The stored answer, `undefined` for a new key; throws for a known key with other parameters. */
  lookUp(key: string, paramsHash: string): StoredResult | undefined {
    const row = this.#ledger.db.prepare('SELECT * FROM idempotent_result WHERE key = ?').get(key);
    if (row === undefined) return undefined;
    const stored = resultRow.parse(row);
    if (stored.params_hash !== paramsHash) throw keyReused(key);
    return {
      status: stored.status,
      body: stored.body,
      withheld: stored.withheld,
      requestId: stored.request_id,
    };
  }

  store(key: string, paramsHash: string, result: StoredResult): void {
    this.#ledger.db
      .prepare(
        `INSERT INTO idempotent_result (key, params_hash, status, body, withheld, request_id, created_ms)
         VALUES ($key, $paramsHash, $status, $body, $withheld, $requestId, $createdMs)`,
      )
      .run({
        key,
        paramsHash,
        status: result.status,
        body: result.body,
        withheld: result.withheld ? 1 : 0,
        requestId: result.requestId,
        createdMs: Date.now(),
      });
  }
}
