import { isDeepStrictEqual } from 'node:util';
import type { Schedule } from '../schedule/schedule.ts';
import type { Budget } from './budget.ts';
import { ddmin } from './ddmin.ts';
import { PART_KINDS, partsOf, without } from './schedule-parts.ts';
import type { SchedulePart } from './schedule-parts.ts';

export interface ShrinkOptions {
  /** Plays a schedule and says whether the same was broken again. */
  reproduces(schedule: Schedule): Promise<boolean>;
  /** How often a schedule is played before it counts as harmless: real processes don't do the same twice. */
  tries: number;
  budget: Budget;
  /** Is told of each reduction that was tried. */
  told?(step: ShrinkStep): void;
}

export interface ShrinkStep {
  schedule: Schedule;
  /** Null if the budget was spent before it could be said. */
  reproduced: boolean | null;
}

export interface Shrunk {
  /** The smallest that was seen to break the same. */
  schedule: Schedule;
  /** Nothing more could be left out; else the budget was spent before. */
  isMinimal: boolean;
}

/**
 * Makes a schedule smaller that breaks something: fewer faults, fewer clients, fewer purchases, round by
 * round until nothing can be left out any more. A reduction counts only if it was seen to reproduce, so a
 * shrunk schedule is one that did, at least once.
 */
export async function shrinkSchedule(schedule: Schedule, options: ShrinkOptions): Promise<Shrunk> {
  let smallest = schedule;
  for (;;) {
    const { schedule: next, isSpent } = await shrinkOnce(smallest, options);
    if (isSpent || next === smallest) return { schedule: next, isMinimal: !isSpent };
    smallest = next;
  }
}

/** Each kind of part once; the very schedule that was given, if nothing could be left out. */
async function shrinkOnce(
  schedule: Schedule,
  { reproduces, tries, budget, told = () => {} }: ShrinkOptions,
): Promise<{ schedule: Schedule; isSpent: boolean }> {
  let smallest = schedule;
  let isSpent = false;
  const reproducesInTries = async (candidate: Schedule): Promise<boolean | null> => {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      if (!budget.take()) return null;
      if (await reproduces(candidate)) return true;
    }
    return false;
  };

  for (const kind of PART_KINDS) {
    const from = smallest;
    const parts = partsOf(from, kind);
    await ddmin(parts, async (kept) => {
      if (isSpent) return null;
      const candidate = without(from, leftOut(parts, kept));
      // What can't be played can't fail.
      if (candidate === null) return false;
      // It went with another before.
      if (isDeepStrictEqual(candidate, smallest)) return true;
      const reproduced = await reproducesInTries(candidate);
      told({ schedule: candidate, reproduced });
      if (reproduced === null) isSpent = true;
      if (reproduced === true) smallest = candidate;
      return reproduced;
    });
  }
  return { schedule: smallest, isSpent };
}

function leftOut(parts: readonly SchedulePart[], kept: readonly SchedulePart[]): SchedulePart[] {
  return parts.filter((part) => !kept.includes(part));
}
