import { IntentIndex, paidOrders } from '../checkers/intent-index.ts';
import type { CheckerName } from '../checkers/name.ts';
import { isGoodCard } from '../checkers/card.ts';
import type { CommitLogEntry, FinalState, OrderRow } from '../final-state.ts';
import { pairsOf } from '../history/attempts.ts';
import type { HistoryEvent, OperationEvent } from '../history/event.ts';
import { asPurchaseAsk } from '../history/value.ts';
import type { DatabaseCopy } from './database-copy.ts';
import type { LedgerDocument } from './ledger-copy.ts';

/** One violation, how to commit it, and who must find it. */
export interface Planting {
  name: string;
  checker: CheckerName;
  kind: string;
  plant(copy: RunCopy): Promise<void> | void;
}

/** The run has nothing that this violation could be made of. */
export class NotPlantable extends Error {
  override readonly name = 'NotPlantable';
}

/** Everything that the checkers will see, in copies that a planting may change. */
export interface RunCopy {
  database: DatabaseCopy;
  ledger: LedgerDocument;
  commitLog: CommitLogEntry[];
  history: HistoryEvent[];
  /** As it was read, for finding a victim. */
  original: FinalState;
}

/** A purchase that went well: bought with a good card, paid, and told so. */
export interface Victim {
  nonce: string;
  customer: string;
  order: OrderRow;
  /** The attempt that got the acknowledgement. */
  invoke: OperationEvent;
  ok: OperationEvent;
}

export function victimsOf({ history, original }: Pick<RunCopy, 'history' | 'original'>): Victim[] {
  const index = new IntentIndex(original.intents);
  const told = pairsOf(history, 'placeOrder').filter(
    ({ invoke, completion }) =>
      completion?.type === 'ok' && isGoodCard(asPurchaseAsk(invoke.value)?.paymentMethod ?? ''),
  );
  return paidOrders(original.database).flatMap((order) => {
    const intent = index.ofEmail(order.email);
    const pair = told.find(({ invoke }) => invoke.intent === intent?.nonce);
    if (intent === null || pair?.completion === null || pair === undefined) return [];
    return [
      { nonce: intent.nonce, customer: intent.customer, order, invoke: pair.invoke, ok: pair.completion },
    ];
  });
}

export function victimOf(copy: RunCopy, test: (victim: Victim) => boolean = () => true): Victim {
  return must(victimsOf(copy).find(test), 'no acknowledged purchase of that kind');
}

export function must<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new NotPlantable(`the run has ${otherwise}`);
  return value;
}

/** The ledger's row with that value; by its reference, so that changing it changes the copy. */
export function rowWhere<T extends Record<string, unknown>>(
  rows: readonly T[],
  name: string,
  value: unknown,
): T {
  return must(
    rows.find((row) => row[name] === value),
    `no ledger row whose ${name} is ${String(value)}`,
  );
}

/** The capture that paid for the victim. */
export function captureOf(copy: RunCopy, victim: Victim): Record<string, unknown> {
  const { charges } = copy.ledger['/sandbox/ledger'];
  return must(
    charges.find(
      (charge) =>
        charge['captured'] === true && String(charge['payment_method']).endsWith(`_${victim.nonce}`),
    ),
    `no capture of intent ${victim.nonce}`,
  );
}

/** Adds an operation to the end of the history: an invoke like another, and how it ended. */
export function append(
  history: HistoryEvent[],
  like: OperationEvent,
  changes: Partial<OperationEvent>,
  end: Partial<OperationEvent> & Pick<OperationEvent, 'type'>,
): void {
  const monoNs = history.at(-1)?.monoNs ?? 0;
  const invoke: OperationEvent = { ...like, index: history.length, monoNs, ...changes };
  history.push(invoke);
  history.push({
    ...invoke,
    value: null,
    ...end,
    index: history.length,
    monoNs: monoNs + 1_000_000,
    invoke: invoke.index,
  });
}
