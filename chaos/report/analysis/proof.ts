import type { FinalState } from '../../final-state.ts';
import type { HistoryEvent } from '../../history/event.ts';
import type { Violation } from '../report.ts';

/** What a violation points at, to be read and not looked up. */
export interface Proof {
  events: HistoryEvent[];
  rows: ProofRow[];
}

export interface ProofRow {
  /** As the checker names it: `orders/<id>`. */
  name: string;
  /** Null if what was saved has no such row: an acknowledged order that isn't there, say. */
  row: Readonly<Record<string, unknown>> | null;
}

/** By the first word of a row's name; the rest of it is what the row's key fields say, with slashes between. */
const TABLES: Readonly<Record<string, (state: FinalState) => KeyedRows>> = {
  orders: ({ database }) => keyed(database.orders, ['orderId']),
  payment: ({ database }) => keyed(database.payments, ['paymentId']),
  checkout: ({ database }) => keyed(database.checkouts, ['checkoutId']),
  stock: ({ database }) => keyed(database.stock, ['sku']),
  stock_reservation: ({ database }) => keyed(database.reservations, ['operationId', 'sku']),
  idempotency_record: ({ database }) => keyed(database.records, ['key']),
  outbox_message: ({ database }) => keyed(database.outbox, ['messageId']),
  charges: ({ ledger }) => keyed(ledger.charges, ['id']),
  refunds: ({ ledger }) => keyed(ledger.refunds, ['id']),
  intents: ({ ledger }) => keyed(ledger.intents, ['id']),
  commit: ({ commitLog }) => keyed(commitLog, ['lsn']),
};

interface KeyedRows {
  rows: readonly object[];
  keys: readonly string[];
}

export function proofOf(
  { proof }: Violation,
  history: readonly HistoryEvent[],
  state: FinalState | null,
): Proof {
  return {
    events: proof.events.flatMap((index) => history[index] ?? []),
    rows: proof.rows.map((name) => ({ name, row: state === null ? null : rowNamed(name, state) })),
  };
}

function rowNamed(name: string, state: FinalState): ProofRow['row'] {
  const slash = name.indexOf('/');
  const table = TABLES[name.slice(0, slash)]?.(state);
  if (table === undefined) return null;
  const wanted = name.slice(slash + 1);
  const found = table.rows.find((row) => table.keys.map((key) => at(row, key)).join('/') === wanted);
  return found === undefined ? null : (found as Record<string, unknown>);
}

function keyed(rows: readonly object[], keys: readonly string[]): KeyedRows {
  return { rows, keys };
}

function at(row: object, key: string): string {
  return String((row as Record<string, unknown>)[key]);
}
