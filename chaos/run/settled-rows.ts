import { createHash } from 'node:crypto';
import type { FinalState, StockRow } from '../final-state.ts';

/** Of each row that was judged; a collision would hide a change, and is less likely than anything else here. */
const HASH_BYTES = 12;

/**
 * What earlier runs on the same topology have left, and what was judged: it is no longer looked at as long as
 * nothing touches it. Whatever of it moves is the next run's business, and belongs to none of its intents.
 *
 * A row is remembered by a hash of all that it says, so that hours of it take little: a purchase leaves about
 * fifteen rows.
 */
export class SettledRows {
  #rows = new Set<string>();
  #stock = new Map<string, StockRow>();
  /** By the names that proofs have for rows: a late check touches an order long after its run. */
  #statuses = new Map<string, string>();
  #lastRequest = 0;

  /** The state without what was there before, and how many rows of before are gone. */
  since(state: FinalState): { state: FinalState; gone: number } {
    let unchanged = 0;
    const fresh = <Row>(table: string, rows: readonly Row[]): Row[] =>
      rows.filter((row) => {
        if (!this.#rows.has(hashOf(table, row))) return true;
        unchanged += 1;
        return false;
      });
    const { database, ledger } = state;
    const changed: FinalState = {
      ...state,
      database: {
        orders: fresh('orders', database.orders),
        orderLines: fresh('orderLines', database.orderLines),
        payments: fresh('payments', database.payments),
        checkouts: fresh('checkouts', database.checkouts),
        reservations: fresh('reservations', database.reservations),
        records: fresh('records', database.records),
        outbox: fresh('outbox', database.outbox),
        stock: database.stock.map((row) => this.#withoutWhatWasSold(row)),
      },
      ledger: {
        intents: fresh('intents', ledger.intents),
        charges: fresh('charges', ledger.charges),
        refunds: fresh('refunds', ledger.refunds),
      },
      requests: state.requests.filter(({ seq }) => seq > this.#lastRequest),
      statusBefore: this.#statusesOf(state.commitLog),
    };
    return { state: changed, gone: this.#rows.size - unchanged };
  }

  /** All of that is judged now. */
  settle({ database, ledger, requests }: FinalState): void {
    const { stock, ...tables } = database;
    this.#rows = new Set(
      Object.entries({ ...tables, ...ledger }).flatMap(([table, rows]) =>
        rows.map((row) => hashOf(table, row)),
      ),
    );
    this.#stock = new Map(stock.map((row) => [row.sku, row]));
    for (const { orderId, status } of database.orders) this.#statuses.set(`orders/${orderId}`, status);
    for (const { paymentId, status } of database.payments) this.#statuses.set(`payment/${paymentId}`, status);
    this.#lastRequest = Math.max(this.#lastRequest, ...requests.slice(-1).map(({ seq }) => seq));
  }

  /** Of those earlier rows that the log speaks of. */
  #statusesOf(commitLog: FinalState['commitLog']): Record<string, string> {
    const spokenOf = commitLog.flatMap(({ table, old, new: row }) => {
      const { order_id: orderId, payment_id: paymentId } = row ?? old ?? {};
      return [`${table}/${table === 'payment' ? paymentId : orderId}`];
    });
    return Object.fromEntries(
      spokenOf.flatMap((row) => {
        const status = this.#statuses.get(row);
        return status === undefined ? [] : [[row, status]];
      }),
    );
  }

  /** A product of which some were sold before begins with what was left. */
  #withoutWhatWasSold(row: StockRow): StockRow {
    const sold = this.#stock.get(row.sku)?.sold ?? 0;
    return { ...row, initial: row.initial - sold, sold: row.sold - sold };
  }
}

function hashOf(table: string, row: unknown): string {
  return createHash('sha256')
    .update(`${table} ${JSON.stringify(row)}`)
    .digest('base64')
    .slice(0, (HASH_BYTES * 4) / 3);
}
