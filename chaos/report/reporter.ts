import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { listReport } from './list.ts';
import type { RunReport } from './report.ts';

export const REPORTER_NAMES = ['list', 'json', 'junit'] as const;
export type ReporterName = (typeof REPORTER_NAMES)[number];

/** Where one reporter's text goes. */
export interface ReporterChoice {
  name: ReporterName;
  /** Null: standard output. */
  file: string | null;
}

const WRITERS: Record<ReporterName, (report: RunReport) => string> = {
  list: listReport,
  json: jsonReport,
  junit: junitReport,
};

export function render(name: ReporterName, report: RunReport): string {
  return WRITERS[name](report);
}

/**
 * Reads `list,json:report.json,junit:junit.xml`. Throws a sentence for the person who typed it.
 * Standard output belongs to one machine-readable report at most, or nothing could parse it.
 */
export function parseReporters(text: string): ReporterChoice[] {
  const choices = text.split(',').map((part): ReporterChoice => {
    const colon = part.indexOf(':');
    const word = colon === -1 ? part : part.slice(0, colon);
    const name = REPORTER_NAMES.find((known) => known === word);
    if (name === undefined) {
      throw new Error(`there is no reporter '${word}': choose of ${REPORTER_NAMES.join(', ')}`);
    }
    if (colon === part.length - 1) throw new Error(`'${part}' names no file`);
    return { name, file: colon === -1 ? null : part.slice(colon + 1) };
  });
  const printed = choices.filter(({ name, file }) => file === null && name !== 'list');
  if (printed.length > 1) {
    throw new Error(
      `only one of ${printed.map(({ name }) => name).join(', ')} can be printed: give the others a file, as in junit:junit.xml`,
    );
  }
  return choices;
}
