import type { FinalState } from '../final-state.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { CheckerReport, Violation } from '../report/report.ts';
import type { CheckerName } from './name.ts';

/** A violation as its checker words it; whose it is gets added. */
export type Finding = Omit<Violation, 'checker'>;

export interface Findings {
  /** How often what must have happened for this invariant to mean anything did happen. */
  premise: number;
  violations: Finding[];
  /**
   * Why a violation found here can't be believed: the harness itself stalled, the commit log has a
   * gap. Turns invalid into unknown. Only liveness, and what rests on a source that proved
   * incomplete, may doubt itself; safety never does.
   */
  doubt?: string | null;
}

export interface Checker {
  name: CheckerName;
  /** The invariant, a sentence. */
  invariant: string;
  check(history: readonly HistoryEvent[], state: FinalState): Findings;
}

/** Collects violations with one call each. */
export class FindingList {
  readonly found: Finding[] = [];

  add(
    kind: string,
    message: string,
    proof: { intent?: string | null | undefined; events?: number[]; rows?: string[] },
  ): void {
    this.found.push({
      kind,
      intent: proof.intent ?? null,
      message,
      proof: { events: proof.events ?? [], rows: proof.rows ?? [] },
    });
  }
}

/**
 * Runs one checker and says its verdict. A checker that crashes has proven nothing in either
 * direction, and one whose premise never held wasn't put to the test: both are unknown.
 */
export function runChecker(
  checker: Checker,
  history: readonly HistoryEvent[],
  state: FinalState,
): CheckerReport {
  let findings: Findings;
  try {
    findings = checker.check(history, state);
  } catch (error) {
    const reason = `the checker crashed: ${error instanceof Error ? error.message : String(error)}`;
    return {
      checker: checker.name,
      verdict: 'unknown',
      premise: 0,
      violations: [],
      unknownFor: 'crash',
      reason,
    };
  }
  const { premise, doubt } = findings;
  const violations = findings.violations.map((finding) => ({ checker: checker.name, ...finding }));
  const sure = { checker: checker.name, premise, violations, unknownFor: null, reason: null };
  const unsure = { checker: checker.name, premise, violations: [], verdict: 'unknown' as const };
  if (violations.length > 0 && typeof doubt === 'string') {
    return { ...unsure, unknownFor: 'doubt', reason: `${doubt}; else: ${violations[0]?.message}` };
  }
  if (violations.length > 0) return { ...sure, verdict: 'invalid' };
  if (premise === 0) return { ...unsure, unknownFor: 'vacuous', reason: 'its premise never held' };
  return { ...sure, verdict: 'valid' };
}
