import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type {
  CheckoutRow,
  CommitLogEntry,
  DatabaseSnapshot,
  FinalState,
  Intent,
  Ledger,
  OrderLineRow,
  OrderRow,
  OutboxRow,
  PaymentRow,
  ProviderRequest,
  RecordRow,
  ReservationRow,
  RunFacts,
  StockRow,
} from './final-state.ts';
import { parseLedger, parseOpen, parseRequests } from './provider-read.ts';

/** Long enough for the largest run's tables, short enough that a wedged database is told and not waited for. */
const STATEMENT_TIMEOUT_MS = 30_000;
const HTTP_TIMEOUT_MS = 10_000;

export interface FinalReadSources {
  /** Superuser, unproxied: neither the shop's rights nor its links come between. */
  adminUrl: string;
  /** The sandbox itself, not its Toxiproxy link. */
  sandboxUrl: string;
}

/** What only the harness knows: it can't be read anywhere. */
export interface FinalReadKnowledge {
  commitLog: CommitLogEntry[];
  intents: Intent[];
  evidence: Record<string, number>;
  facts: RunFacts;
}

/**
 * The whole final state: one SQL snapshot, then the ledger. Call it when web and worker are killed
 * and their backends gone, so that nothing moves between the two reads.
 */
export async function readFinalState(
  { adminUrl, sandboxUrl }: FinalReadSources,
  knowledge: FinalReadKnowledge,
): Promise<FinalState> {
  return { database: await readDatabase(adminUrl), ...(await readProvider(sandboxUrl)), ...knowledge };
}

/** One REPEATABLE READ transaction, read only: all tables as of one moment. */
export async function readDatabase(adminUrl: string): Promise<DatabaseSnapshot> {
  const client = new pg.Client({
    connectionString: adminUrl,
    application_name: 'chaos/final-read',
    statement_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: HTTP_TIMEOUT_MS,
  });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const rows = async <T>(sql: string): Promise<T[]> => (await client.query(sql)).rows as T[];
    const snapshot: DatabaseSnapshot = {
      orders: await rows<OrderRow>(
        `SELECT order_id AS "orderId", customer_id AS "customerId", checkout_id AS "checkoutId",
                operation_id AS "operationId", status, email, subtotal_minor AS "subtotalMinor",
                delivery_minor AS "deliveryMinor", total_minor AS "totalMinor", currency,
                created_at::text AS "createdAt", settled_at::text AS "settledAt"
           FROM orders ORDER BY order_id, customer_id`,
      ),
      orderLines: await rows<OrderLineRow>(
        `SELECT order_id AS "orderId", customer_id AS "customerId", sku, quantity,
                unit_price_minor AS "unitPriceMinor", line_total_minor AS "lineTotalMinor"
           FROM order_line ORDER BY order_id, customer_id, sku`,
      ),
      payments: await rows<PaymentRow>(
        `SELECT payment_id AS "paymentId", customer_id AS "customerId", order_id AS "orderId", status,
                payment_intent_id AS "paymentIntentId", payment_method AS "paymentMethod",
                amount_minor AS "amountMinor", currency, failure_code AS "failureCode"
           FROM payment ORDER BY payment_id, customer_id`,
      ),
      checkouts: await rows<CheckoutRow>(
        `SELECT checkout_id AS "checkoutId", customer_id AS "customerId", status, version, email,
                total_minor AS "totalMinor", currency, payment_intent_id AS "paymentIntentId"
           FROM checkout ORDER BY checkout_id, customer_id`,
      ),
      stock: await rows<StockRow>('SELECT sku, initial, available, reserved, sold FROM stock ORDER BY sku'),
      reservations: await rows<ReservationRow>(
        `SELECT operation_id AS "operationId", sku, customer_id AS "customerId", order_id AS "orderId",
                quantity, status
           FROM stock_reservation ORDER BY operation_id, sku`,
      ),
      records: await rows<RecordRow>(
        `SELECT key::text AS key, scope, procedure, operation_id AS "operationId", state, fence, holder,
                tries, outcome, created_at::text AS "createdAt", settled_at::text AS "settledAt"
           FROM idempotency_record ORDER BY key, scope, procedure`,
      ),
      outbox: await rows<OutboxRow>(
        `SELECT message_id AS "messageId", customer_id AS "customerId", operation_id AS "operationId",
                topic, payload, delivered_at::text AS "deliveredAt"
           FROM outbox_message ORDER BY message_id, customer_id`,
      ),
    };
    await client.query('COMMIT');
    return snapshot;
  } finally {
    await client.end();
  }
}

export async function readProvider(
  sandboxUrl: string,
): Promise<{ ledger: Ledger; requests: ProviderRequest[]; openAtProvider: number }> {
  return {
    ledger: parseLedger(await getJson(`${sandboxUrl}/sandbox/ledger`)),
    requests: parseRequests(await getJson(`${sandboxUrl}/sandbox/requests`)),
    openAtProvider: parseOpen(await getJson(`${sandboxUrl}/sandbox/open`)),
  };
}

/**
 * Reads database and ledger again and again until two reads in a row are equal, and says whether
 * they ever were. Two equal reads don't prove rest, but two different ones disprove it.
 */
export async function readUntilTwiceEqual(
  sources: FinalReadSources,
  { pauseMs, limitMs }: { pauseMs: number; limitMs: number },
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  const read = async () => ({
    database: await readDatabase(sources.adminUrl),
    provider: await readProvider(sources.sandboxUrl),
  });
  let before = await read();
  do {
    await sleep(pauseMs);
    const now = await read();
    if (isDeepStrictEqual(before, now)) return true;
    before = now;
  } while (performance.now() < deadline);
  return false;
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
