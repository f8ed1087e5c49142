import { faultsOf } from '../schedule/moment.ts';
import type { HealMoment, Moment } from '../schedule/moment.ts';
import { orIfUnreachable } from '../topology/unreachable.ts';

/** What only a look at the app can tell; all other moments are the run's own. */
export type WorldMoment = Exclude<Moment, { at: 'start' | 'ready' | 'on' | 'off' | 'all' }>;

/** Looks whether that has come. */
export type LookForMoment = (moment: WorldMoment) => boolean | Promise<boolean>;

/**
 * Which moments have come. Those of the app are looked for in the world; those of the run itself (a fault
 * is on, all stand at the button) are told by whoever makes them.
 */
export class Moments {
  readonly #inTheWorld: LookForMoment;
  readonly #ready = new Set<number>();
  readonly #on = new Set<string>();
  readonly #off = new Set<string>();
  readonly #missed = new Set<string>();
  #begun = false;

  constructor(inTheWorld: LookForMoment) {
    this.#inTheWorld = inTheWorld;
  }

  begin(): void {
    this.#begun = true;
  }

  ready(round: number): void {
    this.#ready.add(round);
  }

  on(fault: string): void {
    this.#on.add(fault);
  }

  off(fault: string): void {
    this.#off.add(fault);
  }

  /** That fault doesn't happen in this run: what waits for it waits in vain. */
  missed(fault: string): void {
    this.#missed.add(fault);
  }

  /** Whether a moment can still come. */
  canCome(moment: HealMoment): boolean {
    return !faultsOf(moment).some((fault) => this.#missed.has(fault));
  }

  /** What can't be seen now, because who would tell is down, hasn't come yet. */
  hasCome(moment: Moment): Promise<boolean> {
    return orIfUnreachable(this.#look(moment), false);
  }

  async #look(moment: Moment): Promise<boolean> {
    switch (moment.at) {
      case 'start':
        return this.#begun;
      case 'ready':
        return this.#ready.has(moment.round);
      case 'on':
        return this.#on.has(moment.fault);
      case 'off':
        return this.#off.has(moment.fault);
      case 'all':
        for (const each of moment.of) if (!(await this.hasCome(each))) return false;
        return true;
      default:
        return this.#inTheWorld(moment);
    }
  }
}
