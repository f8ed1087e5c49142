import { isOperation } from '../history/event.ts';
import type { HistoryEvent, OperationEvent } from '../history/event.ts';

const NS_PER_MS = 1_000_000;
/** The end of a key tells it from the others; its beginning is a time. */
const KEY_END = 4;

/** A history as lines for people, each with the index by which a proof names it. */
export function story(history: readonly HistoryEvent[]): string[] {
  return history.map((event) => {
    const at = `${String(event.index).padStart(4)} ${(event.monoNs / NS_PER_MS).toFixed(0).padStart(8)} ms`;
    return `${at}  ${told(event)}`;
  });
}

function told(event: HistoryEvent): string {
  if (isOperation(event)) return `${event.process.padEnd(8)} ${operationTold(event)}`;
  switch (event.type) {
    case 'phase':
      return `— ${event.phase}`;
    case 'fault': {
      const { ms } = (event.value ?? {}) as { ms?: number };
      const length = event.phase === 'inject' && ms !== undefined ? `, ${ms} ms` : '';
      return `  ${event.phase === 'inject' ? '⚡' : '✓'} ${event.fault} at ${event.target ?? ''}${length}`;
    }
    default:
      return event satisfies never;
  }
}

function operationTold(event: OperationEvent): string {
  const { f, type, key, attempt, invoke, errorClass, response, value } = event;
  const named = key === null ? f : `${f} …${key.slice(-KEY_END)}`;
  if (type === 'invoke') return `${named}${f === 'placeOrder' ? `, attempt ${attempt ?? 1}` : ''}`;
  const { orderId, state } = (value ?? {}) as { orderId?: string; state?: string };
  const what = [errorClass, orderId, state, response?.replayed === true ? 'a replay' : null];
  return `${named} (${invoke}): ${type} ${what.filter((each) => typeof each === 'string').join(', ')}`;
}
