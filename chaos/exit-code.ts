import type { Verdict } from './report/report.ts';

/** What the command ends with: a pipeline must tell a broken shop from a broken run. */
export const EXIT_CODE = {
  valid: 0,
  invalid: 1,
  usage: 2,
  environment: 3,
  unknown: 4,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

export function exitCodeOf(verdict: Verdict): ExitCode {
  return EXIT_CODE[verdict];
}
