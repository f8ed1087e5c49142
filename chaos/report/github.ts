import { closingLine } from './list.ts';
import { replayCommand } from './replay-command.ts';
import { SIGN } from './sign.ts';
import type { PlayReport, RunReport } from './report.ts';

/** GitHub shows ten of a step and drops the rest; those that say most come first. */
const ANNOTATIONS_MAX = 10;

/**
 * Workflow commands: an error for each kind of violation, a warning for each scenario that proves nothing.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubAnnotations(report: RunReport): string {
  const errors = report.scenarios.flatMap((play) => violationsOf(play, replayCommand(report.run, play.play)));
  const warnings = report.scenarios.filter(({ verdict }) => verdict === 'unknown').map(warningOf);
  return [...errors, ...warnings]
    .slice(0, ANNOTATIONS_MAX)
    .map((line) => `${line}\n`)
    .join('');
}

/** Markdown for the page of the workflow's run (`GITHUB_STEP_SUMMARY`). */
export function githubSummary(report: RunReport): string {
  const rows = report.scenarios.map(
    (play) =>
      `| ${SIGN[play.verdict]} ${play.verdict} | \`${play.play}\` | ${play.operations} | ${play.acknowledged} | ${play.duplicates} | ` +
      `${play.control === null ? '–' : play.control.duplicates} | ${whyOf(play)} |`,
  );
  return [
    `### Chaos: ${closingLine(report)}`,
    '',
    '| verdict | scenario | operations | acknowledged | duplicates | duplicates without protection | why |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `Once more: \`${replayCommand(report.run)}\``,
    '',
  ].join('\n');
}

function violationsOf(play: PlayReport, replay: string): string[] {
  const kinds = Map.groupBy(play.violations, ({ checker, kind }) => `${checker} / ${kind}`);
  return [...kinds].map(([name, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    const message = `${first?.message ?? ''}${more}\n${replay}`;
    return command('error', { file: fileOf(play), title: `${play.play}: ${name}` }, message);
  });
}

function warningOf(play: PlayReport): string {
  const title = `${play.play} proves nothing`;
  return command('warning', { file: fileOf(play), title }, play.reasons.join('\n'));
}

function fileOf({ name }: PlayReport): string {
  return `chaos/scenarios/${name}.ts`;
}

function whyOf({ violations, reasons }: PlayReport): string {
  const [violation] = violations;
  const why = violation === undefined ? (reasons[0] ?? '') : `${violation.checker}: ${violation.message}`;
  return why.split('\n', 1)[0]?.replaceAll('|', '\\|') ?? '';
}

function command(level: 'error' | 'warning', properties: Record<string, string>, message: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${level} ${list.join(',')}::${escapeData(message)}`;
}

/** A line feed would end the command. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
