import type { CheckerName } from '../checkers/name.ts';
import type { Verdict } from '../report/report.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import type { Plan } from './plan.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import { simulate } from './simulation.ts';
import type { Simulated } from './simulation.ts';

/** Run after run, until one isn't valid. */
export interface Sweep {
  readonly runs: number;
  readonly verdict: Verdict;
  /** The run that ended it; null if all were valid. */
  readonly failed: { readonly run: Simulated; readonly judgement: Judgement } | null;
  /** The last run, valid or not; null if there was none. */
  readonly last: Simulated | null;
  /** How often what happened, in all runs together. */
  readonly met: ReadonlyMap<string, number>;
  readonly premises: ReadonlyMap<CheckerName, number>;
  readonly virtualMs: number;
  readonly appointments: number;
  readonly durationMs: number;
}

export interface SweepOptions {
  readonly sabotage?: Sabotage;
  /** Asked between two runs. */
  readonly isOver?: () => boolean;
  /** Told after each run, counted from 1. */
  readonly onRun?: (run: Simulated, number: number) => void;
}

/** Runs one plan after the other and judges each; the first that isn't valid ends it. */
export async function sweep(plans: Iterable<Plan>, options: SweepOptions = {}): Promise<Sweep> {
  const { sabotage, isOver = () => false, onRun = () => undefined } = options;
  const startedMs = performance.now();
  const met = new Map<string, number>();
  const premises = new Map<CheckerName, number>();
  const sum = { runs: 0, virtualMs: 0, appointments: 0 };
  let failed: Sweep['failed'] = null;
  let last: Simulated | null = null;
  for (const plan of plans) {
    if (isOver()) break;
    const run = await simulate(plan, sabotage);
    const judgement = judge(run);
    last = run;
    sum.runs += 1;
    sum.virtualMs += run.virtualMs;
    sum.appointments += run.appointments;
    for (const [what, count] of run.met) met.set(what, (met.get(what) ?? 0) + count);
    for (const [checker, count] of Object.entries(judgement.premises) as [CheckerName, number][])
      premises.set(checker, (premises.get(checker) ?? 0) + count);
    onRun(run, sum.runs);
    if (judgement.verdict === 'valid') continue;
    failed = { run, judgement };
    break;
  }
  // Of nothing: unknown.
  const verdict = failed?.judgement.verdict ?? (sum.runs === 0 ? 'unknown' : 'valid');
  return { ...sum, verdict, failed, last, met, premises, durationMs: performance.now() - startedMs };
}
