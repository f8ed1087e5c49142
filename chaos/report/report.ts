import type { CheckerName } from '../checkers/name.ts';

export const VERDICTS = ['valid', 'invalid', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Violation {
  checker: CheckerName;
  /** What is wrong, as a word that tests and tools can tell apart: `second-paid-order`. */
  kind: string;
  /** The nonce of the intent, where it belongs to one. */
  intent: string | null;
  /** One sentence for people. */
  message: string;
  /** Where to look: indexes of events in the history, and rows as `orders/<id>`, `charges/<id>`. */
  proof: { events: number[]; rows: string[] };
}

/** What one checker found. Its premise is what must have happened for its word to mean anything. */
export interface CheckerReport {
  checker: CheckerName;
  verdict: Verdict;
  /** How often the premise held; never is unknown. */
  premise: number;
  violations: Violation[];
  /** Which kind of unknown it is, where it is: only a vacuous checker may be excused by its scenario. */
  unknownFor: 'crash' | 'vacuous' | 'doubt' | null;
  /** The same as a sentence. */
  reason: string | null;
}

/** With the protection off: duplicates with the fault, and none without it, or the fault proves nothing. */
export interface ControlReport {
  operations: number;
  duplicates: number;
  duplicatesWithoutFault: number;
}

/** Of those who asked, how many got a definite word. */
export interface Served {
  asked: number;
  answered: number;
}

/** Availability while a fault was on, and the time to settle after healing. */
export interface LivenessReport {
  /** Whole purchases that were under way while a fault was on: what customers went through. */
  callsUnderFault: Served;
  /** Single attempts. */
  attemptsUnderFault: Served;
  /** From when canaries passed on every link until nothing was open; null if that never came. */
  settledAfterMs: number | null;
}

/** One violation that was put into a copy of the final state, and whether the pipeline saw it. */
export interface PlantedReport {
  planting: string;
  checker: CheckerName;
  verdict: 'caught' | 'missed' | 'not-plantable';
  /** Every checker that said invalid. */
  saidInvalid: CheckerName[];
  detail: string | null;
}

export interface ScenarioReport {
  name: string;
  verdict: Verdict;
  durationMs: number;
  /** Intents that sent at least one attempt. */
  operations: number;
  /** Intents that got an acknowledgement. */
  acknowledged: number;
  /** Paid orders or captures beyond the first of their intent. */
  duplicates: number;
  /** Acknowledged orders that aren't there. */
  lost: number;
  /** Operations, orders and reservations still open at the end. */
  unsettled: number;
  evidence: Record<string, number>;
  violations: Violation[];
  control: ControlReport | null;
  liveness: LivenessReport;

  // What follows is for people and for the files beside the report; it is no part of the JSON.
  checkers: CheckerReport[];
  planted: PlantedReport[] | null;
  /** Why the verdict isn't valid, a sentence each. */
  reasons: string[];
  historyPath: string | null;
}

/** A scenario's report as part of a run's. */
export interface PlayReport extends ScenarioReport {
  /** Names it in its run: the scenario's name, and from the second round on with the round's number. */
  play: string;
  /** The seed that it was drawn from. */
  seed: string;
}

export interface RunReport {
  /** The name under which the run is saved. */
  run: string;
  /** From which the plays' own seeds come. */
  seed: string;
  verdict: Verdict;
  scenarios: PlayReport[];
}
