import type { z } from 'zod';
import type { RandomStream } from '../random.ts';
import type { Ground } from '../schedule/ground.ts';
import type { HealMoment, Moment } from '../schedule/moment.ts';
import type { PlannedFault } from '../schedule/schedule.ts';
import type { OpenOperation } from '../topology/open-operation.ts';
import type { Site } from './site.ts';

/** What kind of thing a fault is done to: a lane of the report each. */
export type FaultFamily = 'link' | 'process' | 'database' | 'point' | 'clock' | 'client';

/**
 * One way in which the world can be bad to the shop. It knows how to be drawn into a schedule, to happen, to
 * be undone, to be felt, and to be told and shown to people; and nothing of when: that is the schedule's.
 *
 * ```
 *   draw ──▶ PlannedFault (JSON) ──▶ arm ──▶ inject ──▶ felt ──▶ heal
 *            schedule.json           before   at its    by our   at its
 *                                    the work moment    own bird moment
 * ```
 */
export interface Fault<Params = unknown> {
  /** As schedules and histories call it: `answer-lost`. */
  readonly name: string;
  readonly family: FaultFamily;
  /** A word or two, for a bar in the report. */
  readonly label: string;
  /** What a schedule must say of it. */
  readonly params: z.ZodType<Params>;
  /** What of the ground it can hit. */
  targets(ground: Ground): readonly string[];
  /** Parameters within what a shop should survive. */
  draw(random: RandomStream, ground: Ground): Params;
  /** One sentence: what whoever depends on the target goes through. */
  describe(params: Params, target: string): string;
  /** The name of the evidence that it bit: its effect was there while somebody's operation was open. */
  evidence(params: Params): string;
  /** What must be made ready before the workload begins. @returns undoes that, whether it was injected or not */
  arm?(site: Site, order: FaultOrder<Params>): Promise<() => Promise<void>>;
  inject(site: Site, order: FaultOrder<Params>): Promise<ActiveFault>;
}

/** A planned fault, its parameters checked. */
export interface FaultOrder<Params> {
  readonly id: string;
  readonly target: string;
  readonly params: Params;
  /** The intent that its trigger is about; null if it's about none. */
  readonly intent: string | null;
}

/** A fault that is on. */
export interface ActiveFault {
  /**
   * Whether its effect is really there: tried on the target by the harness itself, or seen in `/proc` or by
   * SQL; never taken from the product's word. What takes its time to show may be waited for, until healing.
   */
  felt(healing: AbortSignal): Promise<boolean>;
  /** The one intent that it happens to; else to all who are at its target. */
  readonly victim?: string;
  /** It happens to all, wherever they are: its target is only whose hand does it. */
  readonly isEverybodys?: true;
  /** What was under way at its very moment, where the fault itself can look better than anybody from outside. */
  readonly open?: readonly OpenOperation[];
  /** Undoes it, to the end: when it resolves, the target is as it was. Called once. */
  heal(): Promise<void>;
}

/** When a planned fault begins and ends. */
export interface Times {
  trigger: Moment;
  heal: HealMoment;
}

/** Puts a fault into a schedule; the compiler holds its parameters to it. */
export function planned<Params extends Record<string, unknown>>(
  fault: Fault<Params>,
  id: string,
  target: string,
  params: Params,
  times: Times,
): PlannedFault {
  return { id, fault: fault.name, target, params, ...times };
}
