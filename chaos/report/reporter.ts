import { dotReport } from './dot.ts';
import { githubAnnotations } from './github.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { listReport } from './list.ts';
import type { RunReport } from './report.ts';

export const REPORTER_NAMES = ['list', 'dot', 'json', 'junit', 'github', 'html'] as const;
export type ReporterName = (typeof REPORTER_NAMES)[number];

/** All that is made of the report alone; a page shows the histories too. */
type TextReporterName = Exclude<ReporterName, 'html'>;

/** Where one reporter's text goes. */
export interface ReporterChoice {
  name: ReporterName;
  /** Null: standard output, and of a page the run's own directory. */
  file: string | null;
}

const WRITERS: Record<TextReporterName, (report: RunReport) => string> = {
  list: listReport,
  dot: dotReport,
  json: jsonReport,
  junit: junitReport,
  github: githubAnnotations,
};

export function render(name: TextReporterName, report: RunReport): string {
  return WRITERS[name](report);
}

/** Whether programs read it, and so it must be alone on its stream. */
export function isForMachines(name: ReporterName): boolean {
  return name === 'json' || name === 'junit';
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
  const printed = choices.filter(({ name, file }) => file === null && isForMachines(name));
  if (printed.length > 1) {
    throw new Error(
      `only one of ${printed.map(({ name }) => name).join(', ')} can be printed: give the others a file, as in junit:junit.xml`,
    );
  }
  const twice = choices.find(({ name, file }, index) =>
    choices.slice(0, index).some((other) => other.name === name && other.file === file),
  );
  if (twice !== undefined) throw new Error(`${twice.name} is asked for twice`);
  return choices;
}
