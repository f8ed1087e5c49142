import { faultsOf } from '../schedule/moment.ts';
import type { HealMoment, Moment } from '../schedule/moment.ts';
import { orIfUnreachable } from '../topology/unreachable.ts';
import type { Run } from './run.ts';

/**
 * Which moments have come. Those of the shop are looked for in the world; those of the run itself (a fault
 * is on, all stand at the button) are told by whoever makes them.
 */
export class Moments {
  readonly #run: Run;
  readonly #ready = new Set<number>();
  readonly #on = new Set<string>();
  readonly #off = new Set<string>();
  readonly #missed = new Set<string>();
  #begun = false;

  constructor(run: Run) {
    this.#run = run;
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
    const { watch, commitLog } = this.#run.topology;
    switch (moment.at) {
      case 'start':
        return this.#begun;
      case 'ready':
        return this.#ready.has(moment.round);
      case 'arrivals':
        return watch.arrivals().length >= moment.count;
      case 'attempts-ended':
        return watch.attemptsEnded >= moment.count;
      case 'arrived':
        return watch.arrivals(moment.intent).length >= moment.attempt;
      case 'attempt-ended':
        return (
          watch.attempts(moment.intent).filter(({ completion }) => completion !== null).length >=
          moment.attempt
        );
      case 'running':
        return (await watch.operation(this.#run.intent(moment.intent)))?.isPending === true;
      case 'charged':
        return (await watch.charge(this.#run.intent(moment.intent).paymentMethod)) !== null;
      case 'lease-over':
        return (await watch.operation(this.#run.intent(moment.intent)))?.leaseIsOver === true;
      case 'taken-over':
        return ((await watch.operation(this.#run.intent(moment.intent)))?.fence ?? 1) > 1;
      case 'paid':
        return commitLog.commitOfPaidOrder(this.#run.intent(moment.intent)) !== null;
      case 'on':
        return this.#on.has(moment.fault);
      case 'off':
        return this.#off.has(moment.fault);
      case 'all':
        for (const each of moment.of) if (!(await this.hasCome(each))) return false;
        return true;
      default:
        return moment satisfies never;
    }
  }
}
