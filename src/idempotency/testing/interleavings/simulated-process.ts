import type { Ports } from '../../core/index.ts';
import { nodePorts } from '../../node-ports.ts';
import type { Fault, Turns } from './turns.ts';
import type { VirtualClock } from './virtual-clock.ts';

/**
 * - `statements`: a turn before and after every call, every statement of a transaction and every COMMIT.
 * - `calls`: a turn before every call and before every COMMIT, and when someone wakes. Between an answer
 *   and its next call a process touches nothing that others see, so going on and dying there is the same
 *   as just before that call. Inside a transaction nothing is seen before its COMMIT; its locks are held
 *   across that turn, and others queue behind them.
 */
export type Granularity = 'statements' | 'calls';

/** Ends the transactions of a process that is gone, as a server does when the connection breaks. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/**
 * A process that may die at any of its awaits. A dead one doesn't throw, answer or clean up: whatever it
 * waits for never comes.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly ports: Ports;
  readonly clock: VirtualClock;
  readonly turns: Turns;
  readonly #death = Promise.withResolvers<never>();
  readonly #onObservation: (who: string, what: string) => void;
  readonly #granularity: Granularity;
  #dead = false;
  #tokens = 0;
  #operations = 0;

  constructor(options: {
    name: string;
    clock: VirtualClock;
    turns: Turns;
    granularity: Granularity;
    /** Told of all that this process learns: between two observations it is a pure function of them. */
    onObservation?: (who: string, what: string) => void;
  }) {
    this.name = options.name;
    this.clock = options.clock;
    this.turns = options.turns;
    this.#granularity = options.granularity;
    this.#onObservation = options.onObservation ?? (() => undefined);
    // Nobody may be in a transaction when it dies.
    this.#death.promise.catch(() => undefined);
    this.ports = {
      ...nodePorts,
      newHolderToken: () => `${this.name}.${++this.#tokens}`,
      newOperationId: () => `op_${this.name}.${++this.#operations}`,
      monotonicMs: () => this.clock.nowMs,
      sleep: async (ms, signal) => {
        this.observe('sleeps');
        await this.clock.sleep(ms, signal);
        // Who is woken by an abort goes on within the turn of who aborted.
        if (!signal?.aborted) await this.turn(signal ? 'lease timer' : 'wakes');
      },
    };
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** How many holder tokens it has made so far. */
  get tokens(): number {
    return this.#tokens;
  }

  observe(what: string): void {
    this.#onObservation(this.name, what);
  }

  /** A point where others may go first, and where it may die. */
  async turn(what: string, faults: readonly Fault[] = []): Promise<Fault | null> {
    if (this.#dead) return never();
    const fault = await this.turns.next(this.name, what, ['crash', ...faults]);
    // Another task of this process may have met its death meanwhile.
    if (this.#dead) return never();
    if (fault === 'crash') {
      this.#dead = true;
      this.#death.reject(new ProcessDied(this.name));
      return never();
    }
    this.observe(`${what}: ${fault ?? 'goes on'}`);
    return fault;
  }

  /** A turn at the finer granularity only; at any, the dead get no further. */
  async fineTurn(what: string): Promise<void> {
    if (this.#granularity === 'statements' || this.#dead) await this.turn(what);
  }

  /** `work`, or ProcessDied: for the side that outlives this process. */
  orDeath<R>(work: Promise<R>): Promise<R> {
    return Promise.race([work, this.#death.promise]);
  }
}

function never(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}
