import { IntentIndex } from '../../checkers/intent-index.ts';
import type { CommitLogEntry, FinalState } from '../../final-state.ts';
import type { Pair } from '../../history/attempts.ts';
import type { RunTime } from './run-time.ts';

/** What a commit did to an operation, as far as a reader of its story cares. */
export type CommitKind =
  /** The key is claimed; where there is an order, it's reserved with it. */
  | 'claimed'
  /** Another holder has it now. */
  | 'taken over'
  /** A finished step, a lease. */
  | 'kept'
  | 'paid'
  | 'failed';

export interface CommitMark {
  atMs: number;
  xid: number;
  lsn: string;
  kind: CommitKind;
}

const RECORD_TABLE = /^idempotency_record/;

/** The commits that changed an operation, by its intent's nonce, in commit order. */
export function commitsByIntent(
  state: FinalState,
  attempts: readonly Pair[],
  time: RunTime,
): Map<string, CommitMark[]> {
  const index = new IntentIndex(state.intents);
  const nonceOfKey = new Map(attempts.map(({ invoke }) => [invoke.key, invoke.intent]));
  const holderOfKey = new Map<string, string | null>();
  const marks = new Map<string, CommitMark[]>();
  for (const entries of Map.groupBy(state.commitLog, ({ xid }) => xid).values()) {
    const kinds = new Map<string, CommitKind>();
    for (const entry of entries) {
      const nonce = nonceOf(entry, index, nonceOfKey);
      if (nonce === null) continue;
      const kind = kindOf(entry, holderOfKey);
      // What happened to the order says more than what happened to its record.
      if (kind !== null && (!kinds.has(nonce) || entry.table === 'orders')) kinds.set(nonce, kind);
    }
    const [first] = entries;
    if (first === undefined) continue;
    for (const [nonce, kind] of kinds) {
      const mark = { atMs: time.ofWall(first.commitMs), xid: first.xid, lsn: first.lsn, kind };
      marks.set(nonce, [...(marks.get(nonce) ?? []), mark]);
    }
  }
  return marks;
}

function nonceOf(
  entry: CommitLogEntry,
  index: IntentIndex,
  nonceOfKey: ReadonlyMap<string | null, string | null>,
): string | null {
  if (entry.table === 'orders') return index.ofEmail(entry.new?.['email'] ?? '')?.nonce ?? null;
  if (RECORD_TABLE.test(entry.table)) return nonceOfKey.get(entry.new?.['key'] ?? null) ?? null;
  return null;
}

function kindOf(entry: CommitLogEntry, holderOfKey: Map<string, string | null>): CommitKind | null {
  const row = entry.new;
  if (row === null) return null;
  if (entry.table === 'orders') {
    if (entry.op === 'insert') return row['status'] === 'paid' ? 'paid' : 'claimed';
    if (row['status'] === 'paid') return 'paid';
    return row['status'] === 'failed' ? 'failed' : 'kept';
  }
  const key = row['key'] ?? '';
  const before = holderOfKey.get(key);
  const holder = row['holder'] ?? null;
  holderOfKey.set(key, holder);
  if (entry.op === 'insert') return 'claimed';
  if (row['state'] === 'failed') return 'failed';
  return before !== undefined && before !== holder ? 'taken over' : 'kept';
}
