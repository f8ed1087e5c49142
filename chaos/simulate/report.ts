import type { Verdict, Violation } from '../report/report.ts';
import { SIGN } from '../report/sign.ts';
import { FAULT_SITES } from './fault.ts';
import type { Shrunk } from './shrink.ts';
import { story } from './story.ts';
import type { Sweep } from './sweep.ts';

/** What `chaos simulate` came to. */
export interface SimulateReport {
  readonly seed: string;
  readonly sweep: Sweep;
  /** It was interrupted: what was run says nothing of what wasn't. */
  readonly interrupted: boolean;
  /** Of the run that failed; null where none did. */
  readonly failure: {
    readonly violation: Violation | null;
    readonly shrunk: Shrunk | null;
    readonly planFile: string;
  } | null;
}

/** A history of more lines is read in the plan's replay, not here. */
const STORY_LINES_MAX = 80;

export function verdictOf({ sweep, interrupted }: SimulateReport): Verdict {
  return interrupted && sweep.verdict === 'valid' ? 'unknown' : sweep.verdict;
}

export function runsPerMinute({ runs, durationMs }: Sweep): number {
  return Math.round((runs * 60_000) / Math.max(1, durationMs));
}

/** For people. */
export function listSimulated(report: SimulateReport): string {
  const { seed, sweep, failure } = report;
  const verdict = verdictOf(report);
  const hours = (sweep.virtualMs / 3_600_000).toFixed(1);
  const lines = [
    `${SIGN[verdict]} simulate: ${verdict}; ${sweep.runs} runs, ${runsPerMinute(sweep)} a minute, ` +
      `${hours} hours of virtual time; seed ${seed}`,
  ];
  const say = (text: string) => lines.push(`    ${text}`);
  const neverMet = FAULT_SITES.filter((site) => (sweep.met.get(site) ?? 0) === 0);
  say(`faults: ${FAULT_SITES.length - neverMet.length} of ${FAULT_SITES.length} kinds bit`);
  if (neverMet.length > 0 && sweep.failed === null) say(`never bit: ${neverMet.join(', ')}`);
  for (const [what, count] of counted(sweep, 'engine: ')) say(`${what} ${count}`);
  if (sweep.failed === null || failure === null) return `${lines.join('\n')}\n`;

  const { run, judgement } = sweep.failed;
  lines.push('', `seed ${run.plan.seed}`);
  for (const { checker, kind, message } of judgement.violations)
    say(`${SIGN.invalid} ${checker} / ${kind}: ${message}`);
  for (const reason of judgement.reasons) say(`${SIGN.unknown} ${reason}`);
  const { violation, shrunk, planFile } = failure;
  if (shrunk !== null) {
    const { plan, runs } = shrunk;
    const faults = shrunk.run.faults.length;
    say(
      `shrunk in ${runs} runs: ${plan.customers.length} customers, ${faults} faults, ` +
        `${shrunk.run.history.length} events (before: ${run.plan.customers.length}, ${run.faults.length}, ${run.history.length})`,
    );
  }
  if (violation !== null) {
    const { events, rows } = violation.proof;
    say(`proof: ${[...events.map((index) => `event ${index}`), ...rows].join(', ')}`);
  }
  const told = story((shrunk?.run ?? run).history);
  if (told.length <= STORY_LINES_MAX) lines.push('', ...told);
  lines.push('', `again: npm run chaos -- simulate --plan ${planFile}`);
  return `${lines.join('\n')}\n`;
}

/** For programs. Fields may be added; none changes its meaning or goes. */
export function jsonSimulated(report: SimulateReport): string {
  const { seed, sweep, failure } = report;
  return `${JSON.stringify(
    {
      seed,
      verdict: verdictOf(report),
      runs: sweep.runs,
      runsPerMinute: runsPerMinute(sweep),
      virtualMs: sweep.virtualMs,
      met: Object.fromEntries(counted(sweep, '')),
      premises: Object.fromEntries(sweep.premises),
      failure:
        sweep.failed === null || failure === null
          ? null
          : {
              seed: sweep.failed.run.plan.seed,
              violations: sweep.failed.judgement.violations,
              reasons: sweep.failed.judgement.reasons,
              planFile: failure.planFile,
              shrunk:
                failure.shrunk === null
                  ? null
                  : {
                      runs: failure.shrunk.runs,
                      customers: failure.shrunk.plan.customers.length,
                      faults: failure.shrunk.run.faults,
                      events: failure.shrunk.run.history.length,
                      violation: failure.shrunk.violation,
                    },
            },
    },
    null,
    2,
  )}\n`;
}

function counted({ met }: Sweep, prefix: string): [string, number][] {
  return [...met].filter(([what]) => what.startsWith(prefix)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
