import { existsSync, readFileSync } from 'node:fs';

/** How many tests of a suite passed and didn't. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };
/** What a suite counts that ended without telling what it tested. */
export const ONE_FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The line that closes a test run; CI systems read it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * What a finished suite counts for. The exit code and the report must agree before it's green: a suite
 * that failed outside of a test (an unhandled error, a file that doesn't load), that reported nothing,
 * or that ran no test at all counts as one failure.
 */
export function judge(exitCode: number | null, reported: Counts | null): Counts {
  if (!reported) return ONE_FAILED;
  const isUnexplained = exitCode !== 0 && reported.failed === 0;
  const isEmpty = reported.passed + reported.failed === 0;
  return isUnexplained || isEmpty ? add(reported, ONE_FAILED) : reported;
}

/** @see https://vitest.dev/guide/reporters.html#json-reporter */
export function countVitest(report: unknown): Counts {
  const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests } =
    report as Record<string, number | undefined>;
  // A file that doesn't load is a failed suite without a failed test.
  const failed = Math.max(numFailedTests ?? 0, (numFailedTestSuites ?? 0) > 0 ? 1 : 0);
  return { passed: numPassedTests ?? 0, failed, skipped: (numPendingTests ?? 0) + (numTodoTests ?? 0) };
}

/** @see https://playwright.dev/docs/test-reporters#json-reporter */
export function countPlaywright(report: unknown): Counts {
  const { stats } = report as { stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number> };
  // What failed and then passed has failed: a double charge isn't rerun away.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/** A scenario that couldn't be judged (unknown) didn't pass. */
export function countChaos(report: unknown): Counts {
  const { scenarios } = report as { scenarios: { verdict: string }[] };
  const passed = scenarios.filter(({ verdict }) => verdict === 'valid').length;
  return { passed, failed: scenarios.length - passed, skipped: 0 };
}

/** A mutant that lived shows a harness that can't see; so does a scenario that the shop as it is doesn't pass. */
export function countMutants(report: unknown): Counts {
  const { mutants, clean } = report as { mutants: { killed: boolean }[]; clean: { verdict: string }[] };
  const passed =
    mutants.filter(({ killed }) => killed).length + clean.filter(({ verdict }) => verdict === 'valid').length;
  return { passed, failed: mutants.length + clean.length - passed, skipped: 0 };
}

/** The counts in a suite's report; null when it wrote none, or one that can't be read. */
export function readReport(path: string, count: (report: unknown) => Counts): Counts | null {
  if (!existsSync(path)) return null;
  try {
    return count(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
