import { StoreUnavailable, type IdempotencyRecord, type Purged, type Store } from '../../core/index.ts';
import { MemoryStore, type MemoryTx } from '../memory-store.ts';
import type { SimulatedProcess } from './simulated-process.ts';
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
  /** The committed changes of records, in order. Forgetting one is none. */
  changes(): Promise<readonly Change[]>;
  /**
   * One round of forgetting by a process, with a turn before each of its statements.
   * @throws StoreUnavailable where the turn says so
   */
  forget(process: SimulatedProcess, keysOlderThanMs: number): Promise<Purged>;
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

  async forget(process: SimulatedProcess, keysOlderThanMs: number): Promise<Purged> {
    const fault = await process.turn('forget', ['unavailable', 'lost']);
    if (fault === 'unavailable') throw new StoreUnavailable('It was not sent');
    const purged = await this.store.purge(keysOlderThanMs);
    if (fault === 'lost') throw new StoreUnavailable('The answer is lost');
    return purged;
  }
}
