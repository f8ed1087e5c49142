import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long a statement waits for another process that reads or writes the same file. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Nothing here forbids two successful charges of one intent. The state machine does; a witness whose schema made
 * a double charge impossible could never testify to one.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS payment_intent (
    id                   TEXT PRIMARY KEY,
    amount               INTEGER NOT NULL,
    currency             TEXT NOT NULL,
    status               TEXT NOT NULL,
    description          TEXT,
    metadata             TEXT NOT NULL,
    payment_method_types TEXT NOT NULL,
    allow_redirects      TEXT,
    payment_method       TEXT,
    amount_received      INTEGER NOT NULL,
    latest_charge        TEXT,
    last_payment_error   TEXT,
    canceled_at_ms       INTEGER,
    cancellation_reason  TEXT,
    client_secret        TEXT NOT NULL,
    created_ms           INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS charge (
    id              TEXT PRIMARY KEY,
    payment_intent  TEXT NOT NULL REFERENCES payment_intent (id),
    amount          INTEGER NOT NULL,
    currency        TEXT NOT NULL,
    status          TEXT NOT NULL,
    payment_method  TEXT NOT NULL,
    failure_code    TEXT,
    idempotency_key TEXT,
    created_ms      INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS charge_by_intent ON charge (payment_intent);
  CREATE TABLE IF NOT EXISTS refund (
    id              TEXT PRIMARY KEY,
    charge          TEXT NOT NULL REFERENCES charge (id),
    payment_intent  TEXT NOT NULL REFERENCES payment_intent (id),
    amount          INTEGER NOT NULL,
    currency        TEXT NOT NULL,
    reason          TEXT,
    metadata        TEXT NOT NULL,
    idempotency_key TEXT,
    created_ms      INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS refund_by_charge ON refund (charge);
  CREATE TABLE IF NOT EXISTS idempotent_result (
    key         TEXT PRIMARY KEY,
    params_hash TEXT NOT NULL,
    status      INTEGER NOT NULL,
    body        TEXT NOT NULL,
    withheld    INTEGER NOT NULL,
    request_id  TEXT NOT NULL,
    created_ms  INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS request (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms           INTEGER NOT NULL,
    method          TEXT NOT NULL,
    path            TEXT NOT NULL,
    idempotency_key TEXT,
    params_hash     TEXT NOT NULL,
    payment_method  TEXT,
    outcome         TEXT,
    status          INTEGER,
    finished_at_ms  INTEGER,
    answered        INTEGER NOT NULL DEFAULT 0
  ) STRICT;
`;

/** The sandbox's durable memory: one SQLite file, apart from the shop's database. */
export class Ledger {
  readonly db: DatabaseSync;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    // FULL, since WAL's usual NORMAL may forget the last commits when the machine dies: a witness may not.
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.db.exec(SCHEMA);
  }

  /**
   * Runs `work` in one transaction: an effect and the answer stored for it commit together or not at all, whatever
   * instant the process is killed in.
   *
   * IMMEDIATE takes the write lock before the first read, so that no other process on the same file can slip in
   * between 'is this key known?' and the charge.
   */
  transaction<T>(work: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.db.close();
  }
}
