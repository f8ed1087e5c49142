/**
 * What can go wrong where a process waits for its turn.
 *
 * - `crash`: the process never continues.
 * - `unavailable`: refused before anything happened.
 * - `lost`: it happened, and the answer is missing.
 * - `aborted`: COMMIT was sent, undone, and the answer is missing.
 * - `late`: COMMIT was sent, the answer is missing, and it commits later.
 * - `undone`: the store says that it undid the transaction.
 * - `delayed`: the request to the remote side arrives after its sender gave up.
 * - `swallowed`: the request never arrives, and its sender can't know.
 */
export type Fault =
  'crash' | 'unavailable' | 'lost' | 'aborted' | 'late' | 'undone' | 'delayed' | 'swallowed';

/** Who goes on next. Every await of a simulated process passes through here, so that a test owns the order. */
export interface Turns {
  /**
   * Waits for a turn.
   * @param faults what may go wrong here
   * @returns the fault that happens, or null
   */
  next(who: string, what: string, faults: readonly Fault[]): Promise<Fault | null>;
}
