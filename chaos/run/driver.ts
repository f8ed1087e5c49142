import { setTimeout as sleep } from 'node:timers/promises';
import type { PayEnd } from '../clients/shopper.ts';
import { faultNamed } from '../faults/catalogue.ts';
import type { Injected } from '../faults/index.ts';
import { Turns } from '../faults/turns.ts';
import { describeMoment, faultsOf, intentsOf } from '../schedule/moment.ts';
import type { HealMoment, Moment } from '../schedule/moment.ts';
import type { PlannedFault, PlannedIntent } from '../schedule/schedule.ts';
import { isAt } from '../topology/open-operation.ts';
import type { OpenOperation } from '../topology/open-operation.ts';
import { orIfUnreachable } from '../topology/unreachable.ts';
import { seenInTime } from '../topology/until.ts';
import { Moments } from './moments.ts';
import type { LookForMoment } from './moments.ts';
import type { Run } from './run.ts';
import { shopMoments } from './shop-moments.ts';
import { act, everyone, play, prepare } from './workload.ts';
import type { Hit } from './workload.ts';

/** Long beside anything that a healthy shop takes: what hasn't come by then doesn't come. */
const TRIGGER_LIMIT_MS = 20_000;

/** A customer may wait at the button for most of a deployment; for what can't come any more, nobody waits. */
const PRESS_LIMIT_MS = 60_000;

/** Whatever a fault waits for to be healed, it waits no longer: a schedule must not be able to hang. */
const HEAL_LIMIT_MS = 25_000;

/** Moments are some milliseconds wide: a charge whose answer is on its way, say. */
const LOOK_PAUSE_MS = 3;

/** Between two looks whether somebody has come to where a fault is. */
const COME_PAUSE_MS = 25;

/** How the customers whom something happens to come to the button. */
export type Pace =
  /** One after the other, among all others. */
  | 'flow'
  /** Round by round: all of a round wait until the last of them stands there. */
  | 'together';

/** As much of a run as its faults need, whatever app it is of. */
export interface Performance extends Pick<Run, 'history' | 'evidence' | 'signal' | 'nemesis'> {
  readonly schedule: Pick<Run['schedule'], 'faults'>;
  readonly site: Pick<Run['site'], 'operations' | 'overSince'>;
}

/** The customers of a run. They press Pay inside `around`, and tell when a round stands at the button. */
export type Customers = (around: Hit, moments: Pick<Moments, 'ready'>) => Promise<void>;

/** Plays a schedule on the shop. */
export async function perform(run: Run, pace: Pace = 'flow'): Promise<void> {
  await performAround(run, shopMoments(run), async (around, moments) => {
    if (pace === 'flow') return play(run, run.workload, around);
    await play(run, run.unharmed, around);
    for (const round of run.rounds) {
      await prepare(run, round);
      moments.ready(round[0]?.round ?? 1);
      await everyone(round.map((intent) => act(run, intent, around)));
    }
  });
}

/**
 * Plays a schedule: its customers, and around them its faults, each at its moment. When it returns, all
 * customers have gone and every fault is healed.
 *
 * A fault whose trigger is about one intent belongs to it: that customer presses Pay only when the fault has
 * its target to itself, so that no other fault stands in its way when its moment comes. All other faults
 * wait for their moment, and then for their turn.
 */
export async function performAround(
  run: Performance,
  look: LookForMoment,
  customers: Customers,
): Promise<void> {
  await new Driver(run, look).perform(customers);
}

class Driver {
  readonly #run: Performance;
  readonly #moments: Moments;
  readonly #byIntent: ReadonlyMap<string, PlannedFault[]>;
  /** Those that stay after their own customer has gone. */
  readonly #lasting: Promise<void>[] = [];
  /** The targets that a customer waits for, who presses when their fault has it to itself. */
  readonly #wanted: string[] = [];
  #isOver = false;

  constructor(run: Performance, look: LookForMoment) {
    this.#run = run;
    this.#moments = new Moments(look);
    this.#byIntent = faultsByIntent(run.schedule.faults);
  }

  async perform(customers: Customers): Promise<void> {
    const { faults } = this.#run.schedule;
    await this.#run.nemesis.arm(faults);
    const owned = new Set([...this.#byIntent.values()].flat());
    const free = faults.filter((fault) => !owned.has(fault)).map((fault) => this.#happen(fault));
    // Its failure is seen when it's awaited; until then it is nobody's, and must not end the process.
    for (const each of free) each.catch(() => undefined);
    this.#moments.begin();
    try {
      await customers((intent, pay) => this.#around(intent, pay), this.#moments);
    } finally {
      this.#isOver = true;
      // Whatever went wrong with a customer, no fault is left on.
      await everyone([...free, ...this.#lasting]);
    }
  }

  /** Pays when it's time to, with the intent's own faults around it. */
  async #around(intent: PlannedIntent, pay: () => Promise<PayEnd>): Promise<PayEnd> {
    if (intent.pressAt !== null) await this.#wait(intent.pressAt, PRESS_LIMIT_MS);
    const mine = this.#byIntent.get(intent.nonce) ?? [];
    if (mine.length === 0) return pay();
    const paying = Promise.withResolvers<PayEnd>();
    // Its failure is the caller's to see, once we have healed.
    paying.promise.catch(() => undefined);
    const targets = mine.map(({ target }) => target);
    this.#wanted.push(...targets);
    const harming = this.#run.nemesis.alone(targets, async () => {
      for (const target of targets) this.#wanted.splice(this.#wanted.indexOf(target), 1);
      paying.resolve(pay());
      // Two of them may want the same target, and it's one a target at a time here too.
      const turns = new Turns();
      await everyone(mine.map((fault) => this.#happen(fault, turns)));
    });
    // The last customer to go can't wait for what waits for the last customer to go.
    if (mine.some(({ heal }) => heal.at === 'end')) {
      harming.catch(paying.reject);
      this.#lasting.push(harming);
    } else await harming;
    return paying.promise;
  }

  /** A fault's whole life, from its moment on. */
  async #happen(fault: PlannedFault, ofItsIntent: Turns | null = null): Promise<void> {
    const { nemesis, signal } = this.#run;
    const limitMs = ofItsIntent === null ? Number.POSITIVE_INFINITY : TRIGGER_LIMIT_MS;
    if (!(await this.#wait(fault.trigger, limitMs))) {
      await this.#missed(fault, { waited: describeMoment(fault.trigger) });
      return;
    }
    signal.throwIfAborted();
    await (ofItsIntent ?? nemesis).alone([fault.target], () => this.#stay(fault));
  }

  async #missed(
    { id, fault, target, trigger }: PlannedFault,
    why: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.#moments.missed(id);
    this.#run.history.missed({ fault, target, intent: intentsOf(trigger)[0] ?? null, value: { id, ...why } });
    await this.#run.nemesis.disarm({ id });
  }

  /** Injects, feels, waits, heals. */
  async #stay(fault: PlannedFault): Promise<void> {
    // Asked before: what is open now is what is hit, and by the time the fault is on some of it may be over.
    const open = this.#look();
    open.catch(() => undefined);
    // What it would be done with may be what another fault has taken away.
    const injected = await orIfUnreachable(this.#run.nemesis.inject(fault), null);
    if (injected === null) return this.#missed(fault, { why: 'what it is done to gave no answer' });
    const onSince = this.#run.history.events.length;
    const healing = new AbortController();
    try {
      this.#moments.on(fault.id);
      const felt = this.#feel(injected, { open, onSince }, healing.signal);
      felt.catch(() => undefined);
      await this.#lastUntilHealing(fault).finally(() => healing.abort());
      await felt;
    } finally {
      await injected.heal();
      this.#moments.off(fault.id);
    }
  }

  /** Writes down whom it hit, and where; and if its effect was there, that it bit them. */
  async #feel(
    { planned, victim, isEverybodys, open, felt }: Injected,
    { open: atFirst, onSince }: { open: Promise<readonly OpenOperation[]>; onSince: number },
    healing: AbortSignal,
  ): Promise<void> {
    const { history, evidence } = this.#run;
    const { id, fault, target, params } = planned;
    const here = (operation: OpenOperation) =>
      (isEverybodys || isAt(target, operation)) && (victim === null || operation.intent === victim);
    let hit = (open ?? (await atFirst)).filter(here);
    // Nobody was there yet: the first who comes is hit.
    while (hit.length === 0 && !healing.aborted) {
      await sleep(COME_PAUSE_MS);
      hit = (await this.#look()).filter(here);
    }
    // They came and were done with it between two looks.
    if (hit.length === 0) hit = this.#run.site.overSince(onSince).filter(here);
    if (hit.length === 0) return;
    history.hit({ fault, target, value: { id, operations: hit } });
    if (!(await orIfUnreachable(felt(healing), false))) return;
    const name = faultNamed(fault)?.evidence(params) ?? fault;
    for (const { intent, phase } of hit) evidence.seen(name, { target, intent, value: { id, phase } });
  }

  #look(): Promise<OpenOperation[]> {
    return orIfUnreachable(this.#run.site.operations(), []);
  }

  async #lastUntilHealing({ heal, target }: PlannedFault): Promise<void> {
    const beganMs = performance.now();
    const hasCome = async (moment: HealMoment): Promise<boolean> => {
      // Nobody is left to whom it could matter.
      if (this.#isOver) return true;
      switch (moment.at) {
        case 'end':
          // Or the last customer would be one who waits for this target, and never go.
          return this.#wanted.includes(target);
        case 'elapsed':
          return performance.now() - beganMs >= moment.ms;
        case 'any':
          for (const each of moment.of) if (await hasCome(each)) return true;
          return false;
        default:
          return !this.#moments.canCome(moment) || this.#moments.hasCome(moment);
      }
    };
    const limitMs = heal.at === 'end' ? Number.POSITIVE_INFINITY : HEAL_LIMIT_MS;
    await this.#until(() => hasCome(heal), describeMoment(heal), limitMs);
  }

  /** Waits for a moment. False if it hasn't come in time, or can't come any more. */
  #wait(moment: Moment, limitMs: number): Promise<boolean> {
    return this.#until(
      async () => {
        if (await this.#moments.hasCome(moment)) return 'come';
        return this.#isOver || !this.#moments.canCome(moment) ? 'never' : null;
      },
      describeMoment(moment),
      limitMs,
    ).then((how) => how === 'come');
  }

  #until<T>(look: () => T | Promise<T>, what: string, limitMs: number): Promise<T | null> {
    return seenInTime<T>(look, { what, limitMs, pauseMs: LOOK_PAUSE_MS, signal: this.#run.signal });
  }
}

/** The faults that belong to one intent, by it; those that wait for a fault that does, too. */
function faultsByIntent(faults: readonly PlannedFault[]): Map<string, PlannedFault[]> {
  const byId = new Map(faults.map((fault) => [fault.id, fault]));
  const ownersOf = (fault: PlannedFault, seen: readonly string[] = []): Set<string> => {
    if (seen.includes(fault.id)) return new Set();
    const others = faultsOf(fault.trigger).flatMap((id) => byId.get(id) ?? []);
    return new Set([
      ...intentsOf(fault.trigger),
      ...others.flatMap((other) => [...ownersOf(other, [...seen, fault.id])]),
    ]);
  };
  const byIntent = new Map<string, PlannedFault[]>();
  for (const fault of faults) {
    const [owner, ...others] = ownersOf(fault);
    if (owner === undefined || others.length > 0) continue;
    byIntent.set(owner, [...(byIntent.get(owner) ?? []), fault]);
  }
  return byIntent;
}
