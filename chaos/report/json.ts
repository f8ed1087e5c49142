import type { RunReport } from './report.ts';

/**
 * One object for other tools. Its shape is a contract (see README.md): fields may be added with a
 * decision, none may change or go. So each is named here, and what is only for people stays out.
 */
export function jsonReport({ run, seed, verdict, scenarios }: RunReport): string {
  const report = {
    run,
    seed,
    verdict,
    scenarios: scenarios.map((scenario) => ({
      name: scenario.name,
      play: scenario.play,
      seed: scenario.seed,
      verdict: scenario.verdict,
      durationMs: scenario.durationMs,
      operations: scenario.operations,
      acknowledged: scenario.acknowledged,
      duplicates: scenario.duplicates,
      lost: scenario.lost,
      unsettled: scenario.unsettled,
      evidence: scenario.evidence,
      liveness: scenario.liveness,
      violations: scenario.violations.map(({ checker, kind, intent, message, proof }) => ({
        checker,
        kind,
        intent,
        message,
        proof: { events: proof.events, rows: proof.rows },
      })),
      control:
        scenario.control === null
          ? null
          : {
              operations: scenario.control.operations,
              duplicates: scenario.control.duplicates,
              duplicatesWithoutFault: scenario.control.duplicatesWithoutFault,
            },
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
