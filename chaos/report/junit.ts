import type { CheckerReport, RunReport, ScenarioReport } from './report.ts';

interface TestCase {
  name: string;
  outcome: { element: 'failure' | 'error' | 'skipped'; message: string; text: string } | null;
}

/**
 * For CI systems: a suite a scenario, a test case a checker. A violation is a failure; whatever makes
 * the scenario unknown is an error, since JUnit knows no 'inconclusive' and it must not look green.
 */
export function junitReport({ scenarios }: RunReport): string {
  const suites = scenarios.map((scenario) => ({ scenario, cases: casesOf(scenario) }));
  const all = suites.flatMap(({ cases }) => cases);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="chaos" ${countsOf(all)}>`];
  for (const { scenario, cases } of suites) {
    const time = (scenario.durationMs / 1000).toFixed(3);
    lines.push(`  <testsuite name="${escape(scenario.play)}" ${countsOf(cases)} time="${time}">`);
    for (const { name, outcome } of cases) {
      const attributes = `classname="${escape(`chaos.${scenario.play}`)}" name="${escape(name)}"`;
      if (outcome === null) {
        lines.push(`    <testcase ${attributes}/>`);
        continue;
      }
      const { element, message, text } = outcome;
      lines.push(
        `    <testcase ${attributes}>`,
        `      <${element} message="${escape(message)}">${escape(text)}</${element}>`,
        '    </testcase>',
      );
    }
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>');
  return `${lines.join('\n')}\n`;
}

function casesOf(scenario: ScenarioReport): TestCase[] {
  const verdict: TestCase = {
    name: 'is conclusive',
    outcome:
      scenario.reasons.length === 0
        ? null
        : {
            element: 'error',
            message: `${scenario.reasons.length} reasons make it unknown`,
            text: scenario.reasons.join('\n'),
          },
  };
  return [...scenario.checkers.map(caseOf), verdict];
}

function caseOf(report: CheckerReport): TestCase {
  const [first] = report.violations;
  if (first !== undefined) {
    const text = report.violations.map((violation) => `${violation.kind}: ${violation.message}`).join('\n');
    return { name: report.checker, outcome: { element: 'failure', message: first.message, text } };
  }
  if (report.verdict === 'valid') return { name: report.checker, outcome: null };
  // Whether that matters to this scenario is said by 'is conclusive'.
  return {
    name: report.checker,
    outcome: { element: 'skipped', message: report.reason ?? 'unknown', text: '' },
  };
}

function countsOf(cases: readonly TestCase[]): string {
  const count = (element: string) => cases.filter(({ outcome }) => outcome?.element === element).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters have no form in XML 1.0 at all, not even escaped. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
