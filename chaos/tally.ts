import { IntentIndex, groupBy, isCapture, paidOrders } from './checkers/intent-index.ts';
import type { FinalState } from './final-state.ts';
import { acknowledgementsOf } from './history/acknowledgements.ts';
import { pairsOf } from './history/attempts.ts';
import type { HistoryEvent } from './history/event.ts';

/** The numbers of the report: what was tried, and what went wrong, counted. */
export interface Tally {
  operations: number;
  acknowledged: number;
  duplicates: number;
  lost: number;
  unsettled: number;
}

/**
 * Counts beside the checkers, for the control above all: there no verdict is wanted, but how many
 * duplicates the same faults make once the protection is off.
 */
export function tallyOf(history: readonly HistoryEvent[], state: FinalState): Tally {
  const { database, ledger } = state;
  const index = new IntentIndex(state.intents);
  const acknowledgements = acknowledgementsOf(history);
  const existing = new Set(paidOrders(database).map((order) => order.orderId));

  const orders = groupBy(paidOrders(database), (order) => index.ofEmail(order.email)?.nonce ?? null);
  const captures = groupBy(
    ledger.charges.filter(isCapture),
    (charge) => index.ofPaymentMethod(charge.paymentMethod)?.nonce ?? null,
  );
  let duplicates = 0;
  for (const { nonce } of state.intents) {
    // Two orders with a charge each are one duplicate purchase, not two.
    const bought = Math.max(orders.get(nonce)?.length ?? 0, captures.get(nonce)?.length ?? 0);
    duplicates += Math.max(0, bought - 1);
  }

  return {
    ...attemptedOf(history),
    duplicates,
    lost: distinct(acknowledgements.map(({ order }) => order.orderId).filter((id) => !existing.has(id))),
    unsettled: distinct([
      ...database.records.filter((record) => record.settledAt === null).map((record) => record.operationId),
      ...database.orders.filter((order) => order.status === 'pending').map((order) => order.operationId),
      ...database.reservations
        .filter(({ status }) => status === 'held')
        .map(({ operationId }) => operationId),
    ]),
  };
}

/** As much as the history alone tells, of a run that has no final state. */
export function attemptedOf(history: readonly HistoryEvent[]): Pick<Tally, 'operations' | 'acknowledged'> {
  return {
    operations: distinct(pairsOf(history, 'placeOrder').map(({ invoke }) => invoke.intent)),
    acknowledged: distinct(acknowledgementsOf(history).map(({ event }) => event.intent)),
  };
}

function distinct(names: readonly (string | null)[]): number {
  return new Set(names.filter((name) => name !== null)).size;
}
