import type { CheckerName } from '../checkers/name.ts';

export type Verdict = 'valid' | 'invalid' | 'unknown';

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

  // What follows is for people and for the files beside the report; it is no part of the JSON.
  checkers: CheckerReport[];
  planted: PlantedReport[] | null;
  /** Why the verdict isn't valid, a sentence each. */
  reasons: string[];
  historyPath: string | null;
}

export interface RunReport {
  seed: string;
  verdict: Verdict;
  scenarios: ScenarioReport[];
}
