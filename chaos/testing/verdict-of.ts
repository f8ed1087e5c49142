import { runChecker } from '../checkers/checker.ts';
import { checkerOf } from '../checkers/index.ts';
import type { CheckerName } from '../checkers/name.ts';
import type { CheckerReport } from '../report/report.ts';
import { cleanRun } from './clean-run.ts';
import type { HandMade } from './hand-made.ts';

export function reportOf(name: CheckerName, run: HandMade): CheckerReport {
  return runChecker(checkerOf(name), run.history, run.state);
}

/** Breaks a clean run in one place, and says what the checker then says: its verdict and the kinds, in order. */
export function afterBreaking(name: CheckerName, breakIt: (run: HandMade) => void): string[] {
  const run = cleanRun();
  breakIt(run);
  const report = reportOf(name, run);
  return [report.verdict, ...report.violations.map(({ kind }) => kind)];
}

/** The row that a test means to break. */
export function theRow<T>(rows: readonly T[], test: (row: T) => boolean): T {
  const found = rows.find(test);
  if (found === undefined) throw new Error('the clean run has no such row');
  return found;
}
