import { InvalidArgumentError } from 'commander';
import { CHECKER_NAMES } from '../checkers/name.ts';
import type { CheckerName } from '../checkers/name.ts';
import type { ScenarioReport } from '../report/report.ts';
import type { PlayRecord } from '../saved/run-record.ts';
import { UsageError } from './command-line.ts';

/** What was broken: two violations are the same if the same checker says the same of them. */
export interface ViolationKind {
  checker: CheckerName;
  kind: string;
}

/** Reads `one-order-per-intent/second-paid-order`. */
export function parseViolation(text: string): ViolationKind {
  const [name, kind, ...rest] = text.split('/');
  const checker = CHECKER_NAMES.find((known) => known === name);
  if (checker === undefined || !kind || rest.length > 0)
    throw new InvalidArgumentError(`'${text}' is no violation: say checker/kind, as the report does.`);
  return { checker, kind };
}

export function violationWords({ checker, kind }: ViolationKind): string {
  return `${checker} / ${kind}`;
}

export function isFoundIn(
  { checker, kind }: ViolationKind,
  { violations }: Pick<ScenarioReport, 'violations'>,
): boolean {
  return violations.some((violation) => violation.checker === checker && violation.kind === kind);
}

/** The violation that is meant: the one that was asked for, else the play's first. */
export function violationOf(
  { name, violations }: PlayRecord,
  wanted: ViolationKind | undefined,
): ViolationKind {
  const [first] = violations;
  if (first === undefined) throw new UsageError(`${name} violated nothing: there is nothing to look for.`);
  if (wanted === undefined) return first;
  const found = violations.find(({ checker, kind }) => checker === wanted.checker && kind === wanted.kind);
  if (found === undefined)
    throw new UsageError(
      `${name} has no ${violationWords(wanted)}; it has ${violations.map(violationWords).join(', ')}.`,
    );
  return found;
}

/** The one play that violated something, or the one that was named. */
export function violatedPlay(id: string, plays: readonly PlayRecord[]): PlayRecord {
  const violated = plays.filter(({ violations }) => violations.length > 0);
  const [play, other] = violated;
  if (play === undefined)
    throw new UsageError(
      `Nothing was violated in ${plays.length === 1 ? `${plays[0]?.name} of ${id}` : id}.`,
    );
  if (other !== undefined)
    throw new UsageError(
      `Several plays of ${id} violated something: name one of ${violated.map(({ name }) => name).join(', ')}.`,
    );
  return play;
}
