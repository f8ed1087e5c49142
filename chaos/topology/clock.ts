import type { HistoryEvent } from '../history/event.ts';
import { HistoryRecorder } from '../history/recorder.ts';

/**
 * The history's clock, for what is seen outside it: nanoseconds since it began, and the wall clock that
 * belongs to them. The recorder's own start has whole milliseconds only, and whether a commit came before
 * the error of its client is a matter of less.
 */
export class RunClock {
  readonly #startNs: bigint;
  readonly #startWallMs: number;

  private constructor(startNs: bigint, startWallMs: number) {
    this.#startNs = startNs;
    this.#startWallMs = startWallMs;
  }

  /** Begins a history and its clock at the same moment, to some microseconds. */
  static begin(
    path: string | null,
    onEvent?: (event: HistoryEvent) => void,
  ): { history: HistoryRecorder; clock: RunClock } {
    const clock = new RunClock(process.hrtime.bigint(), performance.timeOrigin + performance.now());
    return { history: new HistoryRecorder(path, onEvent), clock };
  }

  nowNs(): number {
    return Number(process.hrtime.bigint() - this.#startNs);
  }

  wallMs(monoNs: number): number {
    return this.#startWallMs + monoNs / 1e6;
  }
}
