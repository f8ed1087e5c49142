import { closingLine, listScenario } from './list.ts';
import type { RunReport, Verdict } from './report.ts';

/** One character a scenario: small when nothing is to be read. */
const DOT: Readonly<Record<Verdict, string>> = { valid: '·', invalid: '✘', unknown: '?' };

/** A line of dots, then whatever isn't valid in full. */
export function dotReport(report: RunReport): string {
  const dots = report.scenarios.map(({ verdict }) => DOT[verdict]).join('');
  const others = report.scenarios.filter(({ verdict }) => verdict !== 'valid').map(listScenario);
  return `${[dots, ...others, closingLine(report)].join('\n\n')}\n`;
}
