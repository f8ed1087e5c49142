import { runChecker } from '../checkers/checker.ts';
import { CHECKERS } from '../checkers/index.ts';
import type { CheckerName } from '../checkers/name.ts';
import type { Verdict, Violation } from '../report/report.ts';
import type { Simulated } from './simulation.ts';

/** What the checkers make of one run. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  /** How often each checker's premise held: a checker that never had anything to look at says nothing. */
  readonly premises: Readonly<Record<CheckerName, number>>;
  /** Why it is unknown. */
  readonly reasons: readonly string[];
}

/**
 * Judges a run with the harness's own checkers. That most of them had nothing to look at in so small a run
 * is no reason for doubt; that one crashed, or the simulation itself had trouble, is.
 */
export function judge({ history, state, trouble }: Simulated): Judgement {
  const reports = CHECKERS.map((checker) => runChecker(checker, history, state));
  const violations = reports.flatMap((report) => report.violations);
  const doubts = reports.filter(({ unknownFor }) => unknownFor === 'crash' || unknownFor === 'doubt');
  const reasons = [...trouble, ...doubts.map(({ checker, reason }) => `${checker}: ${reason}`)];
  return {
    verdict: violations.length > 0 ? 'invalid' : reasons.length > 0 ? 'unknown' : 'valid',
    violations,
    premises: Object.fromEntries(
      reports.map(({ checker, premise }) => [checker, premise]),
    ) as Judgement['premises'],
    reasons,
  };
}
