import { runChecker } from './checkers/checker.ts';
import type { Checker } from './checkers/checker.ts';
import { CHECKERS } from './checkers/index.ts';
import { CORE_CHECKERS } from './checkers/name.ts';
import type { CheckerName } from './checkers/name.ts';
import type { FinalState } from './final-state.ts';
import type { HistoryEvent } from './history/event.ts';
import { livenessOf } from './liveness.ts';
import type {
  CheckerReport,
  ControlReport,
  PlantedReport,
  RunReport,
  ScenarioReport,
  Verdict,
} from './report/report.ts';
import { attemptedOf, tallyOf } from './tally.ts';

/** Invalid beats unknown beats valid. Of nothing: unknown. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  return verdicts.length === 0 || verdicts.includes('unknown') ? 'unknown' : 'valid';
}

/** Who judges. */
export interface Bench {
  checkers: readonly Checker[];
  /** Those whose premise must have held in any run. */
  core: readonly CheckerName[];
  /** Those that nothing is shown to, and why: the report says so. */
  unasked: ReadonlyMap<CheckerName, string>;
}

/** Of the shop everything can be seen. */
const SHOP_BENCH: Bench = { checkers: CHECKERS, core: CORE_CHECKERS, unasked: new Map() };

export interface Judgement {
  name: string;
  history: readonly HistoryEvent[];
  /** Null if the run never came to a final read. */
  state: FinalState | null;
  /** Default: the shop's. */
  bench?: Bench;
  /** Beside the core checkers. */
  exercises: readonly CheckerName[];
  requiredEvidence: readonly string[];
  /** `not-asked` where the scenario has none; null if it has one that never came to an end. */
  control: ControlReport | 'not-asked' | null;
  /** Null where nothing was planted. */
  planted: PlantedReport[] | null;
  /** What went wrong with the harness itself, a sentence each: interrupted, crashed. */
  trouble: string[];
  durationMs: number;
  historyPath: string | null;
}

/**
 * The verdict on one scenario. Valid asks for much: every exercised checker valid with its premise
 * met, every required evidence seen, something acknowledged, the control as it must be, every
 * planted violation caught, and no trouble. Whatever is missing makes it unknown, which is never
 * green; a violation makes it invalid, whatever else went wrong.
 */
export function judge(judgement: Judgement): ScenarioReport {
  const { history, state, bench = SHOP_BENCH } = judgement;
  const reasons = [...judgement.trouble];
  const asked = state === null ? [] : bench.checkers.map((each) => runChecker(each, history, state));
  const checkers = state === null ? [] : [...asked, ...[...bench.unasked].map(notAsked)];
  const { liveness, ...tally } = countedOrNot(judgement, reasons);
  if (state === null) reasons.push('there was no final read');

  const exercised = new Set<CheckerName>([...bench.core, ...judgement.exercises]);
  for (const report of checkers) {
    if (report.verdict === 'unknown' && counts(report, exercised)) {
      reasons.push(`${report.checker} is unknown: ${report.reason}`);
    }
  }
  for (const name of judgement.requiredEvidence) {
    if (state !== null && (state.evidence[name] ?? 0) === 0)
      reasons.push(`nothing shows that the fault bit: no ${name}`);
  }
  if (state !== null && tally.acknowledged === 0) reasons.push('nothing was acknowledged');
  reasons.push(...doubtsOfControl(judgement.control));
  for (const { planting, checker, verdict, detail } of judgement.planted ?? []) {
    if (verdict === 'caught') continue;
    reasons.push(
      `the planted violation ${planting} was ${verdict === 'missed' ? 'missed by' : 'not plantable for'} ${checker}${detail === null ? '' : `: ${detail}`}`,
    );
  }

  const violations = checkers.flatMap((report) => report.violations);
  return {
    name: judgement.name,
    verdict: violations.length > 0 ? 'invalid' : reasons.length > 0 ? 'unknown' : 'valid',
    durationMs: Math.round(judgement.durationMs),
    ...tally,
    evidence: { ...state?.evidence },
    violations,
    control: judgement.control === 'not-asked' ? null : judgement.control,
    liveness,
    checkers,
    planted: judgement.planted,
    reasons,
    historyPath: judgement.historyPath,
  };
}

function notAsked([checker, reason]: readonly [CheckerName, string]): CheckerReport {
  return { checker, verdict: 'unknown', premise: 0, violations: [], unknownFor: 'vacuous', reason };
}

/** The report on a scenario that never came to an end that could be judged. */
export function unjudged(name: string, reason: string, durationMs: number): ScenarioReport {
  return judge({
    name,
    history: [],
    state: null,
    exercises: [],
    requiredEvidence: [],
    control: 'not-asked',
    planted: null,
    trouble: [reason],
    durationMs,
    historyPath: null,
  });
}

/** `complete`: every scenario that was asked for came to its end. A part of a run is never valid. */
export function runReport(
  { run, seed, scenarios }: Omit<RunReport, 'verdict'>,
  { complete }: { complete: boolean },
): RunReport {
  const verdicts = scenarios.map((scenario) => scenario.verdict);
  return { run, seed, verdict: worstOf(complete ? verdicts : [...verdicts, 'unknown']), scenarios };
}

/**
 * Vacuous is a matter of the scenario: it may not exercise every checker. A crash or a doubt never is,
 * for then a premise may well have held.
 */
function counts(report: CheckerReport, exercised: ReadonlySet<CheckerName>): boolean {
  return exercised.has(report.checker) || report.unknownFor !== 'vacuous';
}

function countedOrNot({ history, state }: Judgement, reasons: string[]) {
  const nothing = { operations: 0, acknowledged: 0, duplicates: 0, lost: 0, unsettled: 0 };
  try {
    const liveness = livenessOf(history, state);
    const tally = state === null ? { ...nothing, ...attemptedOf(history) } : tallyOf(history, state);
    return { ...tally, liveness };
  } catch (error) {
    reasons.push(`nothing could be counted: ${error instanceof Error ? error.message : String(error)}`);
    return { ...nothing, liveness: livenessOf([], null) };
  }
}

/** Two by two: with the protection off the fault must make duplicates, and without the fault there must be none. */
function doubtsOfControl(control: Judgement['control']): string[] {
  if (control === 'not-asked') return [];
  if (control === null) return ['the control never came to an end'];
  const doubts: string[] = [];
  if (control.duplicates === 0) {
    doubts.push('the control shows no duplicate: this fault proves nothing about the protection');
  }
  if (control.duplicatesWithoutFault > 0) {
    doubts.push('the control shows duplicates without the fault: they are not the fault’s doing');
  }
  return doubts;
}
