import type { Verdict } from '../report/report.ts';
import type { MutantRun } from './run-mutants.ts';
import type { Fate, MutantResult } from './verdict.ts';

/** What `--reporter json` prints. Its form is fixed: programs read it. */
export interface MutantsJson {
  seed: string;
  mutants: {
    id: string;
    hazard: number;
    scenario: string;
    checker: string;
    killed: boolean;
    kills: number;
    runs: number;
    /** The layers that hide it; it was killed with them off. */
    maskedBy: string[];
  }[];
  clean: { scenario: string; verdict: Verdict }[];
}

export function jsonOf({ seed, results, clean }: MutantRun): MutantsJson {
  return {
    seed,
    mutants: results.map(rowOf),
    clean: clean.map(({ scenario, verdict }) => ({ scenario, verdict })),
  };
}

/** What is saved of a run: the same, and all that was seen beside. */
export function savedOf({ seed, results, clean, isCutShort, durationMs }: MutantRun): object {
  return {
    seed,
    isCutShort,
    durationMs: Math.round(durationMs),
    mutants: results.map((result) => {
      const { mutant: _known, ...seen } = result;
      return { ...rowOf(result), ...seen };
    }),
    clean,
  };
}

function rowOf({ mutant, fate, kills, runs, maskedBy }: MutantResult): MutantsJson['mutants'][number] {
  return {
    id: mutant.id,
    hazard: mutant.hazard,
    scenario: mutant.scenario.name,
    checker: mutant.checker,
    killed: fate === 'killed',
    kills,
    runs,
    maskedBy: [...maskedBy],
  };
}

const SIGN: Record<Fate, string> = {
  killed: '✔',
  survived: '✘',
  unreached: '✘',
  'dies without chaos': '✘',
  unknown: '?',
};

/** The kill matrix, for people. */
export function tableOf(run: MutantRun): string {
  const rows = run.results.map((result) => [
    `${SIGN[result.fate]} ${result.mutant.id}`,
    String(result.mutant.hazard),
    result.mutant.scenario.name,
    result.mutant.checker,
    result.fate,
    `${result.kills} of ${result.runs}`,
    percent(result.bounds),
    result.medianRuns === null ? '–' : String(result.medianRuns),
    result.maskedBy.join(', ') || '–',
  ]);
  const head = ['mutant', 'hazard', 'scenario', 'checker', 'fate', 'kills', '95 %', 'median', 'masked by'];
  const lines = columns([head.map((word, index) => (index === 0 ? `  ${word}` : word)), ...rows]);
  return [...lines, '', ...cleanLines(run), '', summaryOf(run)].join('\n');
}

/** One line that says how it is. */
export function summaryOf({ seed, results, clean, isCutShort }: MutantRun): string {
  const killed = results.filter(({ fate }) => fate === 'killed').length;
  const passed = clean.filter(({ verdict }) => verdict === 'valid').length;
  return [
    `${killed} of ${results.length} mutants killed`,
    `${passed} of ${clean.length} scenarios passed by the shop as it is`,
    ...(isCutShort ? ['cut short'] : []),
    `seed ${seed}`,
  ].join('; ');
}

/** Why one isn't as it should be; nothing for those that are. */
export function complaintsOf({ results, clean }: MutantRun): string[] {
  return [
    ...results
      .filter(({ fate }) => fate !== 'killed')
      .flatMap(({ mutant, fate, why }) => [`${mutant.id}: ${fate}`, ...why.slice(0, 8).map(indented)]),
    ...clean
      .filter(({ verdict }) => verdict !== 'valid')
      .flatMap(({ scenario, verdict, why }) => [
        `the shop as it is, in ${scenario}: ${verdict}`,
        ...why.slice(0, 8).map(indented),
      ]),
  ];
}

function cleanLines({ clean }: MutantRun): string[] {
  const rows = clean.map(({ scenario, verdict, runs }) => [
    `${verdict === 'valid' ? '✔' : verdict === 'invalid' ? '✘' : '?'} ${scenario}`,
    verdict,
    `${runs} runs`,
  ]);
  return ['The shop as it is, with the seeds that killed, the guard dropped too:', ...columns(rows)];
}

function percent({ low, high }: MutantResult['bounds']): string {
  return `${Math.round(low * 100)}–${Math.round(high * 100)} %`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const indented = (line: string): string => `    ${line.split('\n')[0]}`;
