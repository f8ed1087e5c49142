import type { FinalState } from '../final-state.ts';

/**
 * Both clocks are this machine's, but a commit is stamped before the answer leaves and read in
 * microseconds: a little room keeps rounding from deciding.
 */
const CLOCK_ROOM_MS = 50;

/** How much of each product was available when, from the commit log. */
export class StockTimeline {
  readonly #changes = new Map<string, { atMs: number; available: number }[]>();
  readonly #before = new Map<string, number>();

  constructor({ database, commitLog }: Pick<FinalState, 'database' | 'commitLog'>) {
    for (const row of database.stock) this.#before.set(row.sku, row.initial);
    for (const entry of commitLog) {
      if (entry.table !== 'stock' || entry.new === null) continue;
      const sku = entry.new['sku'];
      if (sku === null || sku === undefined) throw new Error(`a stock row without its SKU at ${entry.lsn}`);
      const changes = this.#changes.get(sku) ?? [];
      changes.push({ atMs: entry.commitMs, available: numberOf(entry.new['available']) });
      this.#changes.set(sku, changes);
    }
  }

  /** The least that was available at any moment between the two, both included; 0 of an unknown product. */
  lowestBetween(sku: string, fromMs: number, untilMs: number): number {
    let current = this.#before.get(sku) ?? 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (const change of this.#changes.get(sku) ?? []) {
      if (change.atMs > untilMs + CLOCK_ROOM_MS) break;
      // What stood until this change was still true when the span began.
      if (change.atMs >= fromMs - CLOCK_ROOM_MS) lowest = Math.min(lowest, current, change.available);
      current = change.available;
    }
    return Math.min(lowest, current);
  }
}

function numberOf(text: string | null | undefined): number {
  const value = Number(text ?? Number.NaN);
  if (!Number.isInteger(value)) throw new Error(`a stock row says ${String(text)}`);
  return value;
}
