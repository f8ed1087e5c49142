import { findRun } from '../saved/run-list.ts';
import type { PlayRecord } from '../saved/run-record.ts';
import type { SavedRun } from '../saved/saved-run.ts';
import { UsageError } from './command-line.ts';
import type { CommandLine } from './command-line.ts';

/** The run that was typed: its name, the beginning of its name, or `last`. */
export function openRun({ reportsDir }: CommandLine, wanted: string): SavedRun {
  try {
    return findRun(reportsDir, wanted);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The plays of a run by their own names or their scenarios'; all, if none is named. */
export function playsNamed({ id, record }: SavedRun, names: readonly string[]): PlayRecord[] {
  const { plays } = record;
  const unknown = names.filter(
    (wanted) => !plays.some(({ name, scenario }) => wanted === name || wanted === scenario),
  );
  if (unknown.length > 0 || plays.length === 0)
    throw new UsageError(
      plays.length === 0
        ? `${id} finished no play.`
        : `${id} has no ${unknown.join(', ')}; it played ${plays.map(({ name }) => name).join(', ')}.`,
    );
  return plays.filter(
    ({ name, scenario }) => names.length === 0 || names.includes(name) || names.includes(scenario),
  );
}
