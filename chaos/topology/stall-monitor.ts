import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** Notices when the harness itself doesn't get to run: what it then measures as slow may be its own slowness. */
export class StallMonitor implements Disposable {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delays.enable();
  }

  /** The longest pause so far. */
  get longestMs(): number {
    return this.#delays.max / 1e6;
  }

  /** Forgets the pauses so far. */
  reset(): void {
    this.#delays.reset();
  }

  [Symbol.dispose](): void {
    this.#delays.disable();
  }
}
