interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Time that passes only when a test says so: for a store's clock, its timeouts and everybody's pauses. */
export class VirtualClock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** When the sleepers wake, in order. */
  get wakesMs(): readonly number[] {
    return [...this.#sleepers].map(({ dueMs }) => dueMs).toSorted((a, b) => a - b);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper: Sleeper = {
      dueMs: this.#nowMs + Math.ceil(ms),
      wake: () => {
        this.#sleepers.delete(sleeper);
        resolve();
      },
    };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', sleeper.wake, { once: true });
    return promise;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) if (sleeper.dueMs <= this.#nowMs) sleeper.wake();
  }

  /** Passes until the first sleeper wakes. @returns false when nobody sleeps */
  passToNextWake(): boolean {
    const [nextMs] = this.wakesMs;
    if (nextMs === undefined) return false;
    this.pass(Math.max(0, nextMs - this.#nowMs));
    return true;
  }
}
