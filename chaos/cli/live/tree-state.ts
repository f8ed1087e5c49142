import type { CheckerName } from '../../checkers/name.ts';
import type { ProgressEvent } from '../../progress.ts';
import type { Verdict } from '../../report/report.ts';
import type { Part } from '../../schedule/schedule.ts';

/** What is known of a run while it goes on. */
export interface TreeState {
  readonly startedMs: number;
  /** How many plays there will be; null if only time will tell. */
  readonly of: number | null;
  readonly finished: readonly FinishedPlay[];
  readonly current: CurrentPlay | null;
}

export interface FinishedPlay {
  readonly name: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
}

export interface CurrentPlay {
  readonly name: string;
  readonly seed: string;
  readonly number: number;
  readonly startedMs: number;
  /** Null until the first of its runs begins. */
  readonly part: Part | null;
  readonly phase: string;
  readonly phaseSinceMs: number;
  readonly purchases: Purchases;
  /** Faults that are on, and how many of a kind. */
  readonly faultsOn: ReadonlyMap<string, number>;
  readonly evidence: ReadonlyMap<string, number>;
  readonly checked: ReadonlyMap<CheckerName, Verdict>;
}

export interface Purchases {
  readonly planned: number;
  readonly begun: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly 'in doubt': number;
}

const NO_PURCHASES: Purchases = { planned: 0, begun: 0, acknowledged: 0, refused: 0, 'in doubt': 0 };

export function begunPlay(
  { name, seed, number }: Pick<CurrentPlay, 'name' | 'seed' | 'number'>,
  nowMs: number,
): CurrentPlay {
  return {
    name,
    seed,
    number,
    startedMs: nowMs,
    part: null,
    phase: 'starting',
    phaseSinceMs: nowMs,
    purchases: NO_PURCHASES,
    faultsOn: new Map(),
    evidence: new Map(),
    checked: new Map(),
  };
}

/** What a play is after an event. */
export function afterEvent(play: CurrentPlay, event: ProgressEvent, nowMs: number): CurrentPlay {
  switch (event.type) {
    case 'part': {
      const { part, purchases: planned } = event;
      return { ...play, part, purchases: { ...NO_PURCHASES, planned }, faultsOn: new Map() };
    }
    case 'phase':
      return { ...play, phase: event.phase, phaseSinceMs: nowMs };
    case 'purchase':
      return {
        ...play,
        purchases: { ...play.purchases, [event.change]: play.purchases[event.change] + 1 },
      };
    case 'fault': {
      const name = event.target === null ? event.fault : `${event.fault} on ${event.target}`;
      return { ...play, faultsOn: counted(play.faultsOn, name, event.change === 'inject' ? 1 : -1) };
    }
    case 'evidence':
      return { ...play, evidence: counted(play.evidence, event.what, 1) };
    case 'checked':
      return { ...play, checked: new Map([...play.checked, [event.checker, event.verdict]]) };
    default:
      return event satisfies never;
  }
}

function counted(counts: ReadonlyMap<string, number>, name: string, by: 1 | -1): Map<string, number> {
  const changed = new Map(counts);
  const count = (changed.get(name) ?? 0) + by;
  if (count > 0) changed.set(name, count);
  else changed.delete(name);
  return changed;
}
