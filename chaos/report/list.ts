import type { RunReport, ScenarioReport, Verdict, Violation } from './report.ts';

const SIGN: Record<Verdict, string> = { valid: '✔', invalid: '✘', unknown: '?' };

/** More than these tell nothing new, and push the verdict off the screen. The JSON has them all. */
const VIOLATIONS_SHOWN_MAX = 10;

/** For people: one block a scenario, the verdict first, then what it rests on. */
export function listReport({ seed, verdict, scenarios }: RunReport): string {
  const blocks = scenarios.map(listScenario);
  const counts = (['valid', 'invalid', 'unknown'] as const)
    .map((word) => `${scenarios.filter((scenario) => scenario.verdict === word).length} ${word}`)
    .join(', ');
  return `${[...blocks, `${SIGN[verdict]} ${verdict}: ${counts}; seed ${seed}`].join('\n\n')}\n`;
}

export function listScenario(scenario: ScenarioReport): string {
  const lines = [
    `${SIGN[scenario.verdict]} ${scenario.name}: ${scenario.verdict} (${seconds(scenario.durationMs)})`,
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

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
