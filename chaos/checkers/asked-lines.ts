import type { OrderLineRow } from '../final-state.ts';
import type { AskedLine, PurchaseAsk } from '../history/value.ts';

/** One text for the lines of an order or of an ask, so that two can be compared whatever their order. */
export function linesText(lines: readonly (AskedLine | OrderLineRow)[]): string {
  return lines
    .map((line) => `${line.quantity} × ${line.sku} at ${line.unitPriceMinor}`)
    .toSorted()
    .join(', ');
}

export function sameLines(ask: PurchaseAsk, lines: readonly OrderLineRow[]): boolean {
  return linesText(ask.lines) === linesText(lines);
}
