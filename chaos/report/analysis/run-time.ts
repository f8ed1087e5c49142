import type { HistoryEvent } from '../../history/event.ts';
import { wallClockMs } from '../../history/phases.ts';

/** One clock for all that a play left: milliseconds since its customers came in. */
export interface RunTime {
  ofMono(monoNs: number): number;
  /** Of the database's and the provider's clocks, which are this machine's. */
  ofWall(wallMs: number): number;
  endMs: number;
}

/** Throws if the history doesn't say when it began by the wall clock. */
export function runTimeOf(history: readonly HistoryEvent[]): RunTime {
  const workload = history.find((event) => event.type === 'phase' && event.phase === 'workload');
  const zeroNs = workload?.monoNs ?? 0;
  const zeroWallMs = wallClockMs(history, zeroNs);
  const ofMono = (monoNs: number) => (monoNs - zeroNs) / 1e6;
  return {
    ofMono,
    ofWall: (wallMs) => wallMs - zeroWallMs,
    endMs: ofMono(history.at(-1)?.monoNs ?? zeroNs),
  };
}
