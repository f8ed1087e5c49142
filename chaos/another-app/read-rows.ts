import type { App, LedgerRows } from './app.ts';
import { AppMistake, checked } from './app-mistake.ts';
import { rowsSchema } from './app-schema.ts';

/** @throws AppMistake if the adapter fails, or gives something else than rows */
export async function readRows({ ledger }: Pick<App, 'ledger'>): Promise<LedgerRows> {
  let rows: unknown;
  try {
    rows = await ledger.read();
  } catch (cause) {
    // fetch hides the reason in its cause.
    const because = cause instanceof Error && cause.cause instanceof Error ? ` (${cause.cause.message})` : '';
    throw new AppMistake(`ledger.read failed: ${String(cause)}${because}`, { cause });
  }
  return checked(rowsSchema, rows, 'ledger.read');
}
