import type { Scheduler } from './scheduler.ts';

/**
 * One process from its start to its end. What it waits for reaches it through `deliver`: at once while it
 * runs, after SIGCONT while it is stopped, and never once it is dead. A dead process doesn't throw, answer
 * or clean up.
 */
export class Life {
  readonly machine: Machine;
  /** 1 for the first start of its machine. */
  readonly number: number;
  readonly #scheduler: Scheduler;
  readonly #mourners = new Set<() => void>();
  #dead = false;
  #stopped = false;
  #backlog: (() => void)[] = [];

  constructor(machine: Machine, number: number, scheduler: Scheduler) {
    this.machine = machine;
    this.number = number;
    this.#scheduler = scheduler;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  deliver(work: () => void): void {
    if (this.#dead) return;
    if (this.#stopped) this.#backlog.push(work);
    else work();
  }

  /** Does `work` in this process after `delayMs`. */
  after(delayMs: number, work: () => void): () => void {
    return this.#scheduler.after(delayMs, () => {
      this.deliver(work);
    });
  }

  /** Resolves after `delayMs`, or at once when `signal` aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#dead) return never();
    if (signal?.aborted === true) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const callOff = this.after(delayMs, resolve);
    signal?.addEventListener(
      'abort',
      () => {
        callOff();
        resolve();
      },
      { once: true },
    );
    return promise;
  }

  /** Calls back when it dies, which the other ends of its connections notice; returns the way to end that. */
  onDeath(mourn: () => void): () => void {
    this.#mourners.add(mourn);
    return () => this.#mourners.delete(mourn);
  }

  die(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#backlog = [];
    for (const mourn of this.#mourners) mourn();
    this.#mourners.clear();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Everything that came meanwhile is there at once, in an order that is the scheduler's. */
  go(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    const missed = this.#backlog;
    this.#backlog = [];
    for (const work of missed) this.after(0, work);
  }
}

/** Where one process after another runs under the same name: a web node, a worker, a browser's tab. */
export class Machine {
  readonly name: string;
  /** How far its wall clock is ahead. */
  readonly skewMs: number;
  readonly #scheduler: Scheduler;
  readonly #onStart: (life: Life) => void;
  #life: Life;

  constructor(options: {
    name: string;
    skewMs: number;
    scheduler: Scheduler;
    /** Makes a new process of it: its memory starts empty. */
    onStart?: (life: Life) => void;
  }) {
    this.name = options.name;
    this.skewMs = options.skewMs;
    this.#scheduler = options.scheduler;
    this.#onStart = options.onStart ?? (() => undefined);
    this.#life = this.#start(1);
  }

  get life(): Life {
    return this.#life;
  }

  /** SIGKILL. */
  kill(): void {
    this.#life.die();
  }

  /** Starts a new process, if there is none. */
  restart(): void {
    if (this.#life.dead) this.#life = this.#start(this.#life.number + 1);
  }

  #start(number: number): Life {
    const life = new Life(this, number, this.#scheduler);
    this.#onStart(life);
    return life;
  }
}

/** What the dead wait for. */
export function never(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}
