import type { HistoryRecorder } from '../history/recorder.ts';
import { intentsOf } from '../schedule/moment.ts';
import type { PlannedFault } from '../schedule/schedule.ts';
import type { OpenOperation } from '../topology/open-operation.ts';
import { faultNamed } from './catalogue.ts';
import type { Site } from './site.ts';
import { Turns } from './turns.ts';

/** A fault that is on. */
export interface Injected {
  readonly planned: PlannedFault;
  /** @see ActiveFault.victim */
  readonly victim: string | null;
  /** @see ActiveFault.isEverybodys */
  readonly isEverybodys: boolean;
  /** @see ActiveFault.open */
  readonly open: readonly OpenOperation[] | null;
  /** @see ActiveFault.felt */
  felt(healing: AbortSignal): Promise<boolean>;
  /** Undoes it. Once; again does nothing. */
  heal(): Promise<void>;
}

/**
 * Does what a schedule's faults say, undoes it, and writes both into the history.
 *
 * One fault a target at a time: who wants a target that is faulty waits for its turn. Two at once would be a
 * third fault that nobody drew.
 */
export class Nemesis {
  readonly #site: Site;
  readonly #history: HistoryRecorder;
  readonly #turns = new Turns();
  readonly #on = new Set<Injected>();
  readonly #armed = new Map<string, () => Promise<void>>();

  constructor(site: Site, history: HistoryRecorder) {
    this.#site = site;
    this.#history = history;
  }

  /**
   * Runs `work` while nobody else may do anything to these targets. For faults that must have theirs to
   * themselves from before the operation begins.
   */
  alone<R>(targets: readonly string[], work: () => Promise<R>): Promise<R> {
    return this.#turns.alone(targets, work);
  }

  /** Makes ready what must be before the workload begins. */
  async arm(planned: readonly PlannedFault[]): Promise<void> {
    for (const each of planned) {
      const { fault, order } = orderOf(each);
      const disarm = await fault.arm?.(this.#site, order);
      if (disarm !== undefined) this.#armed.set(each.id, disarm);
    }
  }

  /** Of a fault whose moment never came: what was made ready for it goes. */
  async disarm({ id }: Pick<PlannedFault, 'id'>): Promise<void> {
    const disarm = this.#armed.get(id);
    this.#armed.delete(id);
    await disarm?.();
  }

  /** Puts a fault on now. Call it inside `alone`, or where nothing else touches the target. */
  async inject(planned: PlannedFault): Promise<Injected> {
    const { fault, order } = orderOf(planned);
    const { id, target } = planned;
    const other = [...this.#on].find((each) => each.planned.target === target);
    if (other !== undefined)
      throw new Error(`${target} has a fault already, ${other.planned.fault}; ${planned.fault} must wait.`);
    const details = { fault: planned.fault, target, intent: order.intent };
    // In the history before it's on and off after: whatever it did lies between the two.
    this.#history.inject({
      ...details,
      value: { id, family: fault.family, label: fault.label, effect: fault.describe(order.params, target) },
    });
    const active = await fault.inject(this.#site, order).catch((error: unknown) => {
      this.#history.heal({ ...details, value: { id, failed: String(error) } });
      throw error;
    });
    let healing: Promise<void> | undefined;
    const injected: Injected = {
      planned,
      victim: active.victim ?? null,
      isEverybodys: active.isEverybodys ?? false,
      open: active.open ?? null,
      felt: (healing) => active.felt(healing),
      heal: () =>
        (healing ??= (async () => {
          await active.heal();
          await this.disarm(planned);
          this.#on.delete(injected);
          this.#history.heal({ ...details, value: { id } });
        })()),
    };
    this.#on.add(injected);
    return injected;
  }

  /** Undoes everything, one by one, and looks whether something is left that nobody undid. */
  async healAll(): Promise<void> {
    for (const injected of this.#on) await injected.heal();
    for (const disarm of this.#armed.values()) await disarm();
    this.#armed.clear();
    const left = await this.#site.links.leftovers();
    if (left.length > 0) throw new Error(left.join('; '));
  }
}

function orderOf(planned: PlannedFault) {
  const { id, target, params, trigger } = planned;
  const fault = faultNamed(planned.fault);
  if (fault === null) throw new Error(`There is no fault called ${planned.fault}.`);
  return {
    fault,
    order: { id, target, params: fault.params.parse(params), intent: intentsOf(trigger)[0] ?? null },
  };
}
