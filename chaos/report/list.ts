import { VERDICTS } from './report.ts';
import { SIGN } from './sign.ts';
import type { LivenessReport, PlayReport, RunReport, Served, Violation } from './report.ts';

/** More than these tell nothing new, and push the verdict off the screen. The JSON has them all. */
const VIOLATIONS_SHOWN_MAX = 10;

/** For people: one block a scenario, the verdict first, then what it rests on. */
export function listReport(report: RunReport): string {
  const blocks = report.scenarios.map(listScenario);
  return `${[...blocks, closingLine(report)].join('\n\n')}\n`;
}

/** What one reads first: the verdict, of how many, and what plays it again. */
export function closingLine({ run, seed, verdict, scenarios }: RunReport): string {
  const counts = VERDICTS.map(
    (word) => `${scenarios.filter((scenario) => scenario.verdict === word).length} ${word}`,
  ).join(', ');
  return `${SIGN[verdict]} ${verdict}: ${counts}; seed ${seed}; run ${run}`;
}

export function listScenario(scenario: PlayReport): string {
  const lines = [
    `${SIGN[scenario.verdict]} ${scenario.play}: ${scenario.verdict} (${seconds(scenario.durationMs)})`,
  ];
  const say = (text: string) => lines.push(`    ${text}`);
  say(
    `${scenario.operations} operations, ${scenario.acknowledged} acknowledged, ${scenario.duplicates} duplicates, ` +
      `${scenario.lost} lost, ${scenario.unsettled} unsettled`,
  );
  const evidence = Object.entries(scenario.evidence).map(([what, count]) => `${what} ${count}`);
  if (evidence.length > 0) say(`evidence: ${evidence.join(', ')}`);
  if (scenario.control !== null) {
    const { operations, duplicates, duplicatesWithoutFault } = scenario.control;
    say(
      `control: ${duplicates} duplicates in ${operations} operations, ${duplicatesWithoutFault} without the fault`,
    );
  }
  const liveness = listLiveness(scenario.liveness);
  if (liveness !== null) say(liveness);
  if (scenario.checkers.length > 0) {
    const valid = scenario.checkers.filter((checker) => checker.verdict === 'valid').length;
    const vacuous = scenario.checkers.filter((checker) => checker.unknownFor === 'vacuous');
    const unasked =
      vacuous.length === 0 ? '' : `; not exercised: ${vacuous.map(({ checker }) => checker).join(', ')}`;
    say(`checkers: ${valid} of ${scenario.checkers.length} valid${unasked}`);
  }
  if (scenario.planted !== null) {
    const caught = scenario.planted.filter((planting) => planting.verdict === 'caught').length;
    say(`planted violations: ${caught} of ${scenario.planted.length} caught`);
  }
  for (const violation of scenario.violations.slice(0, VIOLATIONS_SHOWN_MAX))
    lines.push(...listViolation(violation));
  const more = scenario.violations.length - VIOLATIONS_SHOWN_MAX;
  if (more > 0) say(`… and ${more} more violations`);
  for (const reason of scenario.reasons) say(`? ${reason}`);
  if (scenario.play !== scenario.name) say(`seed: ${scenario.seed}`);
  if (scenario.verdict !== 'valid' && scenario.historyPath !== null) say(`history: ${scenario.historyPath}`);
  return lines.join('\n');
}

function listViolation({ checker, kind, message, proof }: Violation): string[] {
  const where = [
    ...(proof.events.length === 0 ? [] : [`events ${proof.events.join(', ')}`]),
    ...(proof.rows.length === 0 ? [] : [proof.rows.join(', ')]),
  ];
  const lines = [`    ✘ ${checker} / ${kind}: ${message}`];
  if (where.length > 0) lines.push(`      see ${where.join('; ')}`);
  return lines;
}

function listLiveness({
  callsUnderFault,
  attemptsUnderFault,
  settledAfterMs,
}: LivenessReport): string | null {
  const parts = [
    ...(callsUnderFault.asked === 0
      ? []
      : [
          `under fault ${share(callsUnderFault)} purchases and ${share(attemptsUnderFault)} attempts were answered`,
        ]),
    ...(settledAfterMs === null ? [] : [`settled ${seconds(settledAfterMs)} after healing`]),
  ];
  return parts.length === 0 ? null : `liveness: ${parts.join(', ')}`;
}

function share({ asked, answered }: Served): string {
  return `${answered} of ${asked}`;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
