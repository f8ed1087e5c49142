import type { FaultDetails, HistoryRecorder } from '../history/recorder.ts';

/** Counts what was seen of the faults' effects, and writes each sight into the history. */
export class Evidence {
  readonly counts: Record<string, number> = {};
  readonly #history: HistoryRecorder;

  constructor(history: HistoryRecorder) {
    this.#history = history;
  }

  /** `what` is the evidence's name, as a scenario requires it. */
  seen(what: string, details: Omit<FaultDetails, 'fault'> = {}): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
    this.#history.evidence({ fault: what, ...details });
  }
}
