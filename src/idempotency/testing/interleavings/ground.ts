import type { IdempotencyRecord, Store } from '../../core/index.ts';
import { MemoryStore, type MemoryTx } from '../memory-store.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One committed change of the record, with the store's clock at that moment. */
export interface Change {
  readonly before: IdempotencyRecord | null;
  readonly after: IdempotencyRecord;
  readonly nowMs: number;
}

/** A store, and how to see what was committed in it. */
export interface Ground<Tx> {
  readonly store: Store<Tx>;
  /** A business write, seen once it is committed. */
  effect(tx: Tx, name: string): Promise<void>;
  /** The committed business writes. */
  effects(): Promise<readonly string[]>;
  /** The committed changes of records, in order. */
  changes(): Promise<readonly Change[]>;
}

/** How long a lock is waited for: longer than a lease, so that takeovers happen behind open transactions too. */
const LOCK_TIMEOUT_MS = 150;

export class MemoryGround implements Ground<MemoryTx> {
  readonly store: MemoryStore;
  readonly #changes: Change[] = [];

  constructor(clock: VirtualClock) {
    this.store = new MemoryStore({
      now: () => clock.nowMs,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      sleep: (ms, signal) => clock.sleep(ms, signal),
      onChange: (before, after) => void this.#changes.push({ before, after, nowMs: clock.nowMs }),
    });
  }

  effect(tx: MemoryTx, name: string): Promise<void> {
    tx.put(name, true);
    return Promise.resolve();
  }

  effects(): Promise<readonly string[]> {
    return Promise.resolve(this.store.names());
  }

  changes(): Promise<readonly Change[]> {
    return Promise.resolve(this.#changes);
  }
}
