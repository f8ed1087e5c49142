import { customerOf, isOperation } from './event.ts';
import type { HistoryEvent, OperationEvent, OperationName } from './event.ts';
import { meaningOf } from './error-table.ts';
import { asOutcomeSeen, asPurchaseAsk } from './value.ts';
import type { PurchaseAsk } from './value.ts';

/** An invoke and how it ended; null if the history doesn't say. */
export interface Pair {
  invoke: OperationEvent;
  completion: OperationEvent | null;
}

/** Joins invokes with their completions. Throws on a history that contradicts itself. */
export function pairsOf(history: readonly HistoryEvent[], f?: OperationName): Pair[] {
  const pairs = new Map<number, Pair>();
  for (const event of history) {
    if (!isOperation(event)) continue;
    if (event.type === 'invoke') {
      pairs.set(event.index, { invoke: event, completion: null });
      continue;
    }
    const pair = event.invoke === null ? undefined : pairs.get(event.invoke);
    if (pair === undefined) throw new Error(`event ${event.index} completes nothing that was invoked`);
    if (pair.completion !== null)
      throw new Error(`event ${event.index} completes ${event.invoke} a second time`);
    pair.completion = event;
  }
  const all = [...pairs.values()];
  return f === undefined ? all : all.filter((pair) => pair.invoke.f === f);
}

/** Names a key together with its owner; null without a key. */
export function ownKeyOf(event: OperationEvent): string | null {
  return event.key === null ? null : `${customerOf(event.process)} ${event.key}`;
}

export type Resolution = 'acknowledged' | 'refused' | 'unknown';

/** Every attempt of one customer with one key and one payload: they stand or fall together. */
export interface KeyUse {
  /** The customer's and the key's name together: the same key of two customers is two keys. */
  ownKey: string | null;
  key: string | null;
  payloadHash: string | null;
  intent: string | null;
  ask: PurchaseAsk | null;
  attempts: Pair[];
  /**
   * `refused` also where all attempts were proven not executed. `unknown` is no error: a client may
   * have given up, and the completer finished its work.
   */
  resolution: Resolution;
}

/**
 * What is known of each key and payload, from every answer about it, in whatever order they came: a
 * refusal that is stored under the key tells what became of the earlier attempt whose answer was lost.
 */
export function keyUsesOf(history: readonly HistoryEvent[]): KeyUse[] {
  const uses = new Map<string, KeyUse>();
  for (const pair of pairsOf(history, 'placeOrder')) {
    const { key, payloadHash, intent, index } = pair.invoke;
    const ownKey = ownKeyOf(pair.invoke);
    // Without a key nothing binds two attempts together.
    const name = ownKey === null ? `#${index}` : `${ownKey} ${payloadHash}`;
    let use = uses.get(name);
    if (use === undefined) {
      use = {
        ownKey,
        key,
        payloadHash,
        intent,
        ask: asPurchaseAsk(pair.invoke.value),
        attempts: [],
        resolution: 'unknown',
      };
      uses.set(name, use);
    }
    use.attempts.push(pair);
  }
  const toldOfKey = outcomesToldOf(history);
  for (const use of uses.values()) {
    use.resolution = resolve(use.attempts);
    if (use.resolution === 'unknown' && use.ownKey !== null)
      use.resolution = toldOfKey.get(use.ownKey) ?? 'unknown';
  }
  return [...uses.values()];
}

function resolve(attempts: readonly Pair[]): Resolution {
  const completions = attempts.map((attempt) => attempt.completion);
  if (completions.some((completion) => completion?.type === 'ok')) return 'acknowledged';
  if (completions.some((completion) => completion !== null && isFinalRefusal(completion))) return 'refused';
  return completions.every((completion) => completion?.type === 'fail') ? 'refused' : 'unknown';
}

/** A no that holds for all copies of that key and payload, not for this attempt alone. */
export function isFinalRefusal(completion: OperationEvent): boolean {
  if (completion.response === null || completion.errorClass === null) return false;
  // A refusal is stored under the key, in whatever words; a failure may be about this attempt alone.
  return (
    completion.type === 'refused' || (completion.type === 'fail' && meaningOf(completion.errorClass).final)
  );
}

/** What `outcome` and `close` said for good of a key. */
function outcomesToldOf(history: readonly HistoryEvent[]): Map<string, Resolution> {
  const told = new Map<string, Resolution>();
  for (const event of history) {
    if (!isOperation(event) || event.type !== 'ok') continue;
    if (event.f !== 'outcome' && event.f !== 'close') continue;
    const ownKey = ownKeyOf(event);
    const seen = asOutcomeSeen(event.value);
    if (ownKey === null || seen?.definite !== true) continue;
    if (seen.state === 'succeeded') told.set(ownKey, 'acknowledged');
    else if (seen.state === 'failed' || seen.state === 'void') told.set(ownKey, 'refused');
  }
  return told;
}
