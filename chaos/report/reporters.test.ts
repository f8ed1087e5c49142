import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHECKERS } from '../checkers/index.ts';
import { cleanRun } from '../testing/clean-run.ts';
import { judge, runReport, unjudged } from '../verdict.ts';
import { dotReport } from './dot.ts';
import { githubAnnotations, githubSummary } from './github.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { listReport } from './list.ts';
import { parseReporters } from './reporter.ts';
import type { RunReport } from './report.ts';

/** In JUnit, of a scenario that ran: its checkers, and whether it is conclusive. */
const CASES = CHECKERS.length + 1;

/** A valid scenario with a control, an invalid one, and one that never ran. */
function aReport(): RunReport {
  const common = {
    exercises: [],
    requiredEvidence: [],
    trouble: [],
    planted: null,
    durationMs: 1_234,
    historyPath: 'chaos-results/history.jsonl',
  };
  const clean = cleanRun();
  clean.state.evidence['answer-lost-after-commit'] = 4;
  const control = { operations: 8, duplicates: 5, duplicatesWithoutFault: 0 };
  const broken = cleanRun();
  const [charge] = broken.state.ledger.charges;
  if (charge !== undefined) broken.state.ledger.charges.push({ ...charge, id: 'ch_<again>' });
  const reports = [
    judge({ ...common, name: 'answer-lost', history: clean.history, state: clean.state, control }),
    judge({
      ...common,
      name: 'slow-database',
      history: broken.history,
      state: broken.state,
      control: 'not-asked',
    }),
    unjudged('partition', 'the harness crashed: no "such" <thing> \u0000', 3),
  ];
  const scenarios = reports.map((report) => ({ ...report, play: report.name, seed: '5eed' }));
  return runReport({ run: '20261123T101500.000Z-5eed', seed: '5eed', scenarios }, { complete: true });
}

/** The tags that were not closed, or not in their order: none in well-formed XML. */
function unclosedTags(xml: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = '', selfClosed] of xml.matchAll(/<(\/?)([a-z]+)(?: [a-z]+="[^"<]*")*(\/?)>/g)) {
    if (slash === '/' && open.at(-1) === name) open.pop();
    else if (selfClosed === '') open.push(`${slash}${name}`);
  }
  return open;
}

/** Names and types, without the values; counts by name are one shape whatever is counted. */
function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map((item) => shapeOf(item));
  if (typeof value !== 'object' || value === null) return typeof value;
  if (name === 'evidence') return 'counts';
  if (name === 'proof') return Object.keys(value);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part, key)]));
}

describe('json', () => {
  test('prints one object of exactly the published shape', () => {
    const report = JSON.parse(jsonReport(aReport())) as { scenarios: Record<string, unknown>[] };
    expect(Object.keys(report)).toEqual(['run', 'seed', 'verdict', 'scenarios']);
    for (const scenario of report.scenarios) {
      expect(Object.keys(scenario)).toEqual([
        'name',
        'play',
        'seed',
        'verdict',
        'durationMs',
        'operations',
        'acknowledged',
        'duplicates',
        'lost',
        'unsettled',
        'evidence',
        'liveness',
        'violations',
        'control',
      ]);
    }
    expect(report).toMatchObject({
      seed: '5eed',
      verdict: 'invalid',
      scenarios: [
        {
          name: 'answer-lost',
          verdict: 'valid',
          durationMs: 1_234,
          operations: 6,
          acknowledged: 5,
          duplicates: 0,
          lost: 0,
          unsettled: 0,
          evidence: { 'answer-lost-after-commit': 4 },
          violations: [],
          control: { operations: 8, duplicates: 5, duplicatesWithoutFault: 0 },
        },
        { name: 'slow-database', verdict: 'invalid', duplicates: 1, control: null },
        { name: 'partition', verdict: 'unknown', operations: 0, violations: [], evidence: {}, control: null },
      ],
    });
  });

  test('is documented as it is', () => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
    const [, example = ''] = /```jsonc\n(.*?)```/s.exec(readme) ?? [];
    const documented: unknown = JSON.parse(example.replaceAll(/\/\/.*$/gm, ''));
    const printed = JSON.parse(jsonReport(aReport())) as { scenarios: Record<string, unknown>[] };
    const [withControl, withViolation] = printed.scenarios;
    const shown = { ...printed, scenarios: [{ ...withControl, violations: withViolation?.['violations'] }] };
    expect(shapeOf(documented)).toEqual(shapeOf(shown));
  });

  test('says of a violation who found it, what, whose, and where to look', () => {
    const { scenarios } = JSON.parse(jsonReport(aReport())) as { scenarios: { violations: unknown[] }[] };
    expect(scenarios[1]?.violations[0]).toEqual({
      checker: 'one-capture-per-intent',
      kind: 'second-capture',
      intent: 'ada1',
      message: 'intent ada1 was charged 2 times',
      proof: { events: [], rows: ['charges/ch_1', 'charges/ch_<again>'] },
    });
  });
});

describe('list', () => {
  test('says the verdict, what it rests on, and where to look', () => {
    const text = listReport(aReport());
    expect(text).toContain('✔ answer-lost: valid (1.2 s)');
    expect(text).toContain('6 operations, 5 acknowledged, 0 duplicates, 0 lost, 0 unsettled');
    expect(text).toContain('evidence: answer-lost-after-commit 4');
    expect(text).toContain('control: 5 duplicates in 8 operations, 0 without the fault');
    expect(text).toContain('✘ one-capture-per-intent / second-capture: intent ada1 was charged 2 times');
    expect(text).toContain('see charges/ch_1, charges/ch_<again>');
    expect(text).toContain('history: chaos-results/history.jsonl');
    expect(text).toContain('✘ invalid: 1 valid, 1 invalid, 1 unknown; seed 5eed');
  });
});

describe('dot', () => {
  test('is one character a scenario, and says more of what isn’t valid only', () => {
    const lines = dotReport(aReport()).split('\n');
    expect(lines[0]).toBe('·✘?');
    const text = lines.join('\n');
    expect(text).not.toContain('answer-lost: valid');
    expect(text).toContain('✘ slow-database: invalid');
    expect(text).toContain('? partition: unknown');
    expect(text).toContain('seed 5eed; run 20261123T101500.000Z-5eed');
  });
});

describe('github', () => {
  test('annotates each kind of violation, and what proves nothing, in lines that end where they should', () => {
    const report = aReport();
    for (const { reasons } of report.scenarios) reasons.push('100 % of, it:\nall');
    const lines = githubAnnotations(report).trimEnd().split('\n');
    expect(
      lines.filter((line) => line.startsWith('::error file=chaos/scenarios/slow-database.ts,title=')),
    ).toHaveLength(
      new Set(report.scenarios[1]?.violations.map(({ checker, kind }) => `${checker} ${kind}`)).size,
    );
    expect(lines.join('\n')).toContain(
      'title=slow-database%3A one-capture-per-intent / second-capture::intent ada1 was',
    );
    expect(lines.join('\n')).toContain('%0Anpm run chaos -- replay 20261123T101500.000Z-5eed slow-database');
    expect(lines.at(-1)).toMatch(
      /^::warning file=.*partition\.ts,title=partition proves nothing::.*100 %25 of, it:%0Aall$/,
    );
    expect(lines.every((line) => line.startsWith('::'))).toBe(true);
  });

  test('sums up in a table whose cells no message can break', () => {
    const report = aReport();
    report.scenarios[2]?.reasons.unshift('a | b\nc');
    const rows = githubSummary(report)
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows).toHaveLength(4);
    expect(rows[1]).toContain('| ✔ valid | `answer-lost` | 6 | 5 | 0 | 5 |');
    expect(rows[3]).toContain('a \\| b |');
  });
});

describe('junit', () => {
  test('is well-formed, whatever a message holds', () => {
    const xml = junitReport(aReport());
    expect(xml).not.toContain('<again>');
    expect(xml).not.toContain('\u0000');
    expect(unclosedTags(xml)).toEqual([]);
    expect(xml.match(/<testcase/g)).toHaveLength(2 * CASES + 1);
  });

  test('calls a violation a failure, and whatever is inconclusive an error', () => {
    const xml = junitReport(aReport());
    expect(xml).toMatch(
      new RegExp(
        `<testsuite name="answer-lost" tests="${CASES}" failures="0" errors="0" skipped="0" time="1.234">`,
      ),
    );
    expect(xml).toMatch(
      new RegExp(`<testsuite name="slow-database" tests="${CASES}" failures="[1-9]" errors="0"`),
    );
    expect(xml).toMatch(/<testsuite name="partition" tests="1" failures="0" errors="1"/);
    expect(xml).toContain('the harness crashed: no &quot;such&quot; &lt;thing&gt; \uFFFD');
  });
});

describe('the choice of reporters', () => {
  test('may send each to a file of its own', () => {
    expect(parseReporters('list,json:out/report.json,junit')).toEqual([
      { name: 'list', file: null },
      { name: 'json', file: 'out/report.json' },
      { name: 'junit', file: null },
    ]);
  });

  test.each([
    ['list,json:a,list', 'list is asked for twice'],
    ['dots', "there is no reporter 'dots'"],
    ['', "there is no reporter ''"],
    ['json:', "'json:' names no file"],
    ['json,junit', 'only one of json, junit can be printed'],
  ])('refuses %j', (text, message) => {
    expect(() => parseReporters(text)).toThrow(message);
  });
});
