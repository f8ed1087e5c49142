import type { Scheduler } from 'fast-check';
import type { Fault, Turns } from './turns.ts';

export interface FaultPlan {
  /** Which process (by number of its first turn) dies at which of its turns. */
  readonly crashes: readonly { readonly process: number; readonly turn: number }[];
  /** At each turn that can go wrong: 0 for well, else which of its faults. */
  readonly faults: readonly number[];
}

/** Turns in an order that fast-check picks, and shrinks when a property fails. */
export class SampledTurns implements Turns {
  /** Set when the faults are over. */
  healed = false;
  readonly #scheduler: Scheduler;
  readonly #plan: FaultPlan;
  readonly #turnsOf = new Map<string, number>();
  #faults = 0;

  constructor(scheduler: Scheduler, plan: FaultPlan) {
    this.#scheduler = scheduler;
    this.#plan = plan;
  }

  async next(who: string, what: string, faults: readonly Fault[]): Promise<Fault | null> {
    const turn = (this.#turnsOf.get(who) ?? 0) + 1;
    this.#turnsOf.set(who, turn);
    await this.#scheduler.schedule(Promise.resolve(), `${who}: ${what}`);
    if (this.healed) return null;
    const process = [...this.#turnsOf.keys()].indexOf(who);
    if (
      faults.includes('crash') &&
      this.#plan.crashes.some((at) => at.process === process && at.turn === turn)
    )
      return 'crash';
    const others = faults.filter((fault) => fault !== 'crash');
    if (others.length === 0) return null;
    const drawn = this.#plan.faults[this.#faults++] ?? 0;
    return drawn === 0 ? null : (others[(drawn - 1) % others.length] ?? null);
  }
}
