import type { Ledger } from './ledger.ts';

/** What the sandbox says about itself, outside Stripe's API and without a key: it is reachable by loopback only. */
export class Witness {
  readonly #ledger: Ledger;
  readonly #countOpen: () => number;

  constructor(ledger: Ledger, countOpen: () => number) {
    this.#ledger = ledger;
    this.#countOpen = countOpen;
  }

  /** The body for a path of the witness and its query; `undefined` for any other path. */
  answer(path: string, query: string): object | undefined {
    switch (path) {
      case '/health':
        return { status: 'ok' };
      case '/sandbox/ledger':
        return this.#ledger.transaction(() => this.#everything(sinceMs(query)));
      case '/sandbox/requests':
        return this.#requests();
      case '/sandbox/open':
        return { open: this.#countOpen() };
      default:
        return undefined;
    }
  }

  /** Every money movement from then on, oldest first. Called in one transaction, so that the three lists agree. */
  #everything(createdMs: number): object {
    const { db } = this.#ledger;
    return {
      intents: db
        .prepare(
          `SELECT id, amount, currency, status, metadata, payment_method, amount_received,
                  created_ms / 1000 AS created, created_ms AS createdMs
             FROM payment_intent WHERE created_ms >= ? ORDER BY rowid`,
        )
        .all(createdMs)
        .map((row) => ({ ...row, metadata: parseText(row['metadata']) })),
      charges: db
        .prepare(
          `SELECT id, payment_intent, amount, currency, status, status = 'succeeded' AS captured, payment_method,
                  failure_code, idempotency_key, created_ms AS createdMs
             FROM charge WHERE created_ms >= ? ORDER BY rowid`,
        )
        .all(createdMs)
        .map((row) => ({ ...row, captured: row['captured'] === 1 })),
      refunds: db
        .prepare(
          `SELECT id, charge, payment_intent, amount, currency, 'succeeded' AS status, reason, metadata,
                  idempotency_key, created_ms AS createdMs
             FROM refund WHERE created_ms >= ? ORDER BY rowid`,
        )
        .all(createdMs)
        .map((row) => ({ ...row, metadata: parseText(row['metadata']) })),
    };
  }

  #requests(): object {
    return this.#ledger.db
      .prepare(
        `SELECT seq, at_ms AS atMs, method, path, idempotency_key AS idempotencyKey, params_hash AS paramsHash,
                payment_method AS paymentMethod, outcome, status, finished_at_ms AS finishedAtMs, answered
           FROM request ORDER BY seq`,
      )
      .all()
      .map((row) => ({ ...row, answered: row['answered'] === 1 }));
  }
}

/** `since`, in milliseconds since 1970: who asks often asks for what is new. Absent or no number: everything. */
function sinceMs(query: string): number {
  const since = Number(new URLSearchParams(query).get('since') ?? 0);
  return Number.isFinite(since) ? since : 0;
}

function parseText(json: unknown): unknown {
  return JSON.parse(String(json));
}
