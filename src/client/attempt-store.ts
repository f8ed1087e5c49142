import type { AttemptSlot, PendingAttempt } from './pending-attempt.ts';

/**
 * Where pending attempts live between pressing the button and a definite answer.
 *
 * Reading and writing are synchronous: `write` returns when the attempt is stored, so 'stored before it is
 * sent' is the order of two statements, and no await lies between a look into a slot and the write that depends
 * on it.
 */
export interface AttemptStore {
  /** The attempt that is pending in a slot, null where there is none. */
  read(slot: AttemptSlot): PendingAttempt | null;
  /** Puts an attempt into its slot. Throws when it can't be stored; then it must not be sent. */
  write(attempt: PendingAttempt): void;
  /** Empties the attempt's slot, unless another key has taken it meanwhile. */
  remove(attempt: PendingAttempt): void;
  /** A customer's pending attempts, oldest first; the same array until something changes. */
  list(customer: string): readonly PendingAttempt[];
  /**
   * Runs `work` while no other tab runs its own for the same slot, where the platform has a lock for that.
   * Where not, it just runs: two tabs that press in the same instant may then mint two keys, and the server's
   * guard over the intent decides. The lock saves that detour; nothing rests on it.
   */
  exclusively<T>(slot: AttemptSlot, work: () => T): Promise<T>;
  /** Calls back after each change, those of other tabs included; returns the way to end that. */
  subscribe(onChange: () => void): () => void;
}
