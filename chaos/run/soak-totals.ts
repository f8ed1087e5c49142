import type { CheckerReport, LivenessReport, ScenarioReport, Served, Violation } from '../report/report.ts';
import type { ShopScenario } from '../scenarios/scenario.ts';

/** Whoever sees the first of them knows enough; all are counted. */
const VIOLATIONS_MAX = 50;
const REASONS_MAX = 20;

const COUNTS = ['operations', 'acknowledged', 'duplicates', 'lost', 'unsettled'] as const;

/** The rounds of a soak, added up: one report for all of them. */
export class SoakTotals {
  readonly #scenario: Pick<ShopScenario, 'name' | 'requiredEvidence'>;
  readonly #reasons: string[] = [];
  readonly #violations: Violation[] = [];
  readonly #evidence: Record<string, number> = {};
  readonly #checkers = new Map<string, CheckerReport>();
  readonly #counts = { operations: 0, acknowledged: 0, duplicates: 0, lost: 0, unsettled: 0 };
  #liveness: LivenessReport = {
    callsUnderFault: { asked: 0, answered: 0 },
    attemptsUnderFault: { asked: 0, answered: 0 },
    settledAfterMs: null,
  };
  #rounds = 0;
  #isViolated = false;

  constructor(scenario: Pick<ShopScenario, 'name' | 'requiredEvidence'>) {
    this.#scenario = scenario;
  }

  add(round: number, report: ScenarioReport): void {
    this.#rounds += 1;
    this.#isViolated ||= report.verdict === 'invalid';
    for (const name of COUNTS) this.#counts[name] += report[name];
    for (const [what, count] of Object.entries(report.evidence))
      this.#evidence[what] = (this.#evidence[what] ?? 0) + count;
    this.#liveness = {
      callsUnderFault: sum(this.#liveness.callsUnderFault, report.liveness.callsUnderFault),
      attemptsUnderFault: sum(this.#liveness.attemptsUnderFault, report.liveness.attemptsUnderFault),
      settledAfterMs: slowest(this.#liveness.settledAfterMs, report.liveness.settledAfterMs),
    };
    for (const checker of report.checkers) this.#addChecker(checker);
    this.#violations.push(...report.violations.slice(0, VIOLATIONS_MAX - this.#violations.length));
    const reasons = report.reasons.map((reason) => `round ${round}: ${reason}`);
    this.#reasons.push(...reasons.slice(0, REASONS_MAX - this.#reasons.length));
  }

  report(durationMs: number, historyPath: string): ScenarioReport {
    const { name, requiredEvidence } = this.#scenario;
    const reasons = [...this.#reasons];
    for (const what of requiredEvidence)
      if ((this.#evidence[what] ?? 0) === 0) reasons.push(`nothing shows that the fault bit: no ${what}`);
    return {
      name,
      verdict: this.#isViolated ? 'invalid' : reasons.length > 0 || this.#rounds === 0 ? 'unknown' : 'valid',
      durationMs: Math.round(durationMs),
      ...this.#counts,
      evidence: { rounds: this.#rounds, ...this.#evidence },
      violations: this.#violations,
      control: null,
      liveness: this.#liveness,
      checkers: [...this.#checkers.values()],
      planted: null,
      reasons,
      historyPath,
    };
  }

  /** What was put to the test in one round was; what was violated in one is. */
  #addChecker(report: CheckerReport): void {
    const before = this.#checkers.get(report.checker);
    if (before === undefined) return void this.#checkers.set(report.checker, { ...report, violations: [] });
    before.premise += report.premise;
    if (weightOf(report) <= weightOf(before)) return;
    const { verdict, unknownFor, reason } = report;
    Object.assign(before, { verdict, unknownFor, reason });
  }
}

/** Invalid beats doubt beats valid, and anything beats not having been put to the test. */
function weightOf({ verdict, unknownFor }: CheckerReport): number {
  if (verdict === 'invalid') return 3;
  if (verdict === 'valid') return 1;
  return unknownFor === 'vacuous' ? 0 : 2;
}

function sum(a: Served, b: Served): Served {
  return { asked: a.asked + b.asked, answered: a.answered + b.answered };
}

function slowest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
