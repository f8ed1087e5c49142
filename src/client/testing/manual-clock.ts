import type { Clock } from '../clock.ts';

/** Time that passes only when the test says so. */
export class ManualClock implements Clock {
  #wallMs: number;
  #elapsedMs = 0;
  #timers: { dueMs: number; work: () => void }[] = [];

  constructor(wallMs = Date.parse('2026-11-22T10:00:00Z')) {
    this.#wallMs = wallMs;
  }

  now(): number {
    return this.#wallMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  schedule(delayMs: number, work: () => void): () => void {
    const timer = { dueMs: this.#elapsedMs + delayMs, work };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  /** What is scheduled and not called off. */
  get scheduled(): number {
    return this.#timers.length;
  }

  /** Lets time pass, running what falls due on the way in its order. */
  advance(byMs: number): void {
    const untilMs = this.#elapsedMs + byMs;
    for (;;) {
      const due = this.#timers
        .filter((timer) => timer.dueMs <= untilMs)
        .toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#passTo(due.dueMs);
      due.work();
    }
    this.#passTo(untilMs);
  }

  #passTo(elapsedMs: number): void {
    this.#wallMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }
}
