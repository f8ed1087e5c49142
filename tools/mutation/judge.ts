/** A mutant as Stryker reports it. @see https://github.com/stryker-mutator/mutation-testing-elements (report schema) */
interface ReportedMutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** Both count from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

export interface MutationReport {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>
  >;
}

/** Why some mutants can't be seen by any test. */
export interface Explanation {
  /** The file's name, without its folder. */
  readonly file: string;
  readonly why: string;
  /** As `describeMutant` writes them: by their text, since lines move. */
  readonly mutants: readonly string[];
}

export interface Verdict {
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  /** Percent of the mutants that a test noticed. */
  readonly score: number;
  /** Everything that is wrong; nothing when it passed. */
  readonly complaints: readonly string[];
}

/** Percent. */
const SCORE_MIN = 90;
/** Fewer mutants than this mean that Stryker hasn't looked at the core. */
const MUTANTS_MIN = 500;
const TEXT_LENGTH_MAX = 90;

/**
 * Holds a report to the list of explanations: each mutant that no test noticed is explained, and each
 * explanation is of such a mutant.
 */
export function judge(report: MutationReport, explanations: readonly Explanation[]): Verdict {
  const counts = { killed: 0, timedOut: 0, survived: 0 };
  const complaints: string[] = [];
  const unused = new Set(
    explanations.flatMap(({ file, mutants }) => mutants.map((each) => `${file}: ${each}`)),
  );
  const explained = new Set(unused);

  for (const [path, { source, mutants }] of Object.entries(report.files)) {
    for (const mutant of mutants) {
      const name = `${path.split('/').at(-1)}: ${describeMutant(source, mutant)}`;
      switch (mutant.status) {
        case 'Killed':
          counts.killed++;
          break;
        case 'Timeout':
          counts.timedOut++;
          break;
        case 'Survived':
        case 'NoCoverage':
          counts.survived++;
          unused.delete(name);
          if (!explained.has(name)) complaints.push(`Unexplained, ${mutant.status}: ${name}`);
          break;
        default:
          complaints.push(`Not tried, ${mutant.status}: ${name}`);
      }
    }
  }

  for (const name of unused) complaints.push(`Explained, and doesn't survive: ${name}`);
  const detected = counts.killed + counts.timedOut;
  const all = detected + counts.survived;
  const score = all === 0 ? 0 : (detected / all) * 100;
  if (all < MUTANTS_MIN) complaints.push(`Only ${all} mutants: that isn't the core`);
  if (score < SCORE_MIN) complaints.push(`The score is ${score.toFixed(1)} %, below ${SCORE_MIN} %`);
  return { ...counts, score, complaints };
}

/**
 * A mutant by its text: the line in which it begins, what is replaced, and by what. Two mutants that read
 * the same are told together.
 */
export function describeMutant(
  source: string,
  { location, replacement = '' }: Omit<ReportedMutant, 'status'>,
): string {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const line = lines[0] ?? '';
  const last = lines.length - 1;
  const original = lines
    .map((text, index) =>
      text.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
    )
    .join(' ');
  const inLine = original.trim() === line.trim() ? '' : `${shorten(line)} | `;
  return `${inLine}${shorten(original)} → ${shorten(replacement)}`;
}

function shorten(text: string): string {
  const spaced = text.trim().replaceAll(/\s+/g, ' ');
  return spaced.length <= TEXT_LENGTH_MAX ? spaced : `${spaced.slice(0, TEXT_LENGTH_MAX)}…`;
}
