/**
 * Everything that the checkers get beside the history: one SQL snapshot, the provider's ledger, the
 * commit log, and what the harness itself meant and did. Read once everything has stopped.
 *
 * An intent is found in SQL by the contact e-mail, which contains its nonce, and in the ledger by
 * the payment method, which ends in `_<nonce>`. Product keys and checkout ids identify nothing
 * here: a double that came through a second checkout must count as one.
 */
export interface FinalState {
  database: DatabaseSnapshot;
  ledger: Ledger;
  requests: ProviderRequest[];
  /** Requests that the provider had not finished when it was read. */
  openAtProvider: number;
  /** Every row change in commit order, from before the first request to the end. */
  commitLog: CommitLogEntry[];
  /** Of rows that the log changes and an earlier run on the same database made: their status before, by `orders/<id>`, `payment/<id>`. */
  statusBefore?: Record<string, string>;
  intents: Intent[];
  /** How often each effect of a fault was seen, by the evidence's name. */
  evidence: Record<string, number>;
  facts: RunFacts;
}

/** One purchase that the harness meant to make. */
export interface Intent {
  /** Lower-case letters and digits, so that it survives e-mail addresses and card tokens. */
  nonce: string;
  /** The customer (see `customerOf`). */
  customer: string;
  /** What drives it: plain fetch, the product's own link chain, or a browser with the shop's pages. */
  client: 'plain' | 'product' | 'browser';
  /**
   * What the harness planted to have refused. A good card, good stock and a good payload is the
   * empty list, and such an intent may never be refused for good.
   */
  planted: PlantedCause[];
  email: string;
  /** The card that it begins with; each attempt says its own in the history. */
  paymentMethod: string;
}

export const PLANTED_CAUSES = [
  'declining-card',
  'insufficient-funds',
  'bad-payload',
  'missing-key',
  'malformed-key',
  'reused-key',
  'closed-key',
  'out-of-stock',
  'changed-checkout',
  'incomplete-checkout',
  'unprepared-payment',
  'cancelled-payment',
  'foreign-checkout',
  'no-cookie',
  'wrong-clock',
] as const;

export type PlantedCause = (typeof PLANTED_CAUSES)[number];

/** Times and limits of the run, which the liveness checkers need. */
export interface RunFacts {
  limits: {
    /** Longest that one attempt may take, its client's own timeout included. */
    attemptMs: number;
    /** Longest that a whole purchase may take. */
    callMs: number;
    /** Most attempts that one purchase may send. */
    attemptsPerCall: number;
    /** Longest from `healed` until nothing is open and all is settled. */
    settleMs: number;
  };
  /** From `healed` until all was settled; null if that never came. */
  settledAfterMs: number | null;
  /** Longest time for which the harness itself didn't get to run. */
  harnessStallMs: number;
  /** Two reads in a row were equal before the processes were ended. */
  twoEqualReads: boolean;
}

export interface DatabaseSnapshot {
  orders: OrderRow[];
  orderLines: OrderLineRow[];
  payments: PaymentRow[];
  checkouts: CheckoutRow[];
  stock: StockRow[];
  reservations: ReservationRow[];
  records: RecordRow[];
  outbox: OutboxRow[];
}

export interface OrderRow {
  orderId: string;
  customerId: string;
  checkoutId: string;
  operationId: string;
  status: 'pending' | 'paid' | 'failed';
  email: string;
  subtotalMinor: number;
  deliveryMinor: number;
  totalMinor: number;
  currency: string;
  createdAt: string;
  settledAt: string | null;
}

export interface OrderLineRow {
  orderId: string;
  customerId: string;
  sku: string;
  quantity: number;
  unitPriceMinor: number;
  lineTotalMinor: number;
}

export interface PaymentRow {
  paymentId: string;
  customerId: string;
  orderId: string;
  status: 'pending' | 'paid' | 'failed';
  paymentIntentId: string;
  paymentMethod: string;
  amountMinor: number;
  currency: string;
  failureCode: string | null;
}

export interface CheckoutRow {
  checkoutId: string;
  customerId: string;
  status: 'open' | 'completed';
  version: number;
  email: string | null;
  totalMinor: number;
  currency: string;
  paymentIntentId: string | null;
}

export interface StockRow {
  sku: string;
  initial: number;
  available: number;
  reserved: number;
  sold: number;
}

export interface ReservationRow {
  operationId: string;
  sku: string;
  customerId: string;
  orderId: string;
  quantity: number;
  status: 'held' | 'sold' | 'released';
}

export interface RecordRow {
  key: string;
  scope: string;
  procedure: string;
  operationId: string;
  state: string;
  fence: number;
  holder: string;
  tries: number;
  outcome: string | null;
  createdAt: string;
  settledAt: string | null;
}

export interface OutboxRow {
  messageId: string;
  customerId: string;
  operationId: string;
  topic: string;
  payload: string;
  deliveredAt: string | null;
}

/** The provider's own account of what moved: the independent witness. */
export interface Ledger {
  intents: LedgerIntent[];
  /** One row for each money movement: two successful charges of one intent are two rows. */
  charges: LedgerCharge[];
  refunds: LedgerRefund[];
}

export interface LedgerIntent {
  id: string;
  amount: number;
  currency: string;
  status: string;
  paymentMethod: string | null;
  amountReceived: number;
  /** By the provider's clock, as everything of the ledger: milliseconds since 1970. */
  createdMs: number;
}

export interface LedgerCharge {
  id: string;
  paymentIntent: string;
  amount: number;
  currency: string;
  status: 'succeeded' | 'failed';
  captured: boolean;
  paymentMethod: string;
  failureCode: string | null;
  idempotencyKey: string | null;
  createdMs: number;
}

export interface LedgerRefund {
  id: string;
  paymentIntent: string;
  charge: string | null;
  amount: number;
  currency: string;
  status: string;
  createdMs: number;
}

export interface ProviderRequest {
  seq: number;
  atMs: number;
  method: string;
  path: string;
  idempotencyKey: string | null;
  paymentMethod: string | null;
  /** Null while it is under way, and for ever if the provider died over it. */
  outcome: string | null;
  status: number | null;
  finishedAtMs: number | null;
  answered: boolean;
}

/** One row change of one committed transaction, in commit order. Values are Postgres' own text. */
export interface CommitLogEntry {
  lsn: string;
  xid: number;
  /** Milliseconds since 1970 by the database's clock, with its microseconds as a fraction. */
  commitMs: number;
  /** Without its schema: `orders`, `stock`, `idempotency_record_20261122`. */
  table: string;
  op: 'insert' | 'update' | 'delete';
  /** The old values as far as the log has them (REPLICA IDENTITY); null for inserts or when absent. */
  old: Record<string, string | null> | null;
  /** The new row; null for deletes. */
  new: Record<string, string | null> | null;
}
