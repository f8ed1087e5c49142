import { isOperation } from './event.ts';
import type { HistoryEvent, OperationEvent } from './event.ts';
import { asOutcomeSeen, asPlacedOrder } from './value.ts';
import type { PlacedOrder } from './value.ts';

/** The shop's word that an intent's order is paid, whichever way it was given. */
export interface Acknowledgement {
  event: OperationEvent;
  order: PlacedOrder;
}

/** Every acknowledgement: of an attempt, of the whole call, and of a question for the outcome. */
export function acknowledgementsOf(history: readonly HistoryEvent[]): Acknowledgement[] {
  const found: Acknowledgement[] = [];
  for (const event of history) {
    if (!isOperation(event) || event.type !== 'ok') continue;
    if (event.f === 'placeOrder' || event.f === 'purchase') {
      const order = asPlacedOrder(event.value);
      // The client must have taken only what the schema accepts: this is the harness's own bug.
      if (order === null) throw new Error(`event ${event.index} is recorded as ok without an accepted body`);
      found.push({ event, order });
    } else if (event.f === 'outcome' || event.f === 'close') {
      const seen = asOutcomeSeen(event.value);
      if (seen === null) throw new Error(`event ${event.index} is recorded as ok without an accepted body`);
      if (seen.state === 'succeeded' && seen.result !== null) found.push({ event, order: seen.result });
    }
  }
  return found;
}
