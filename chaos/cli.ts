import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { EnvironmentError } from './environment-error.ts';
import type { ProgressEvent } from './progress.ts';
import { EXIT_CODE, exitCodeOf } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { parseReporters, render } from './report/reporter.ts';
import type { ReporterChoice } from './report/reporter.ts';
import type { RunReport, ScenarioReport } from './report/report.ts';
import type { RunScenario, ScenarioSummary } from './scenario.ts';
import { runReport, unjudged } from './verdict.ts';

export interface CommandLine {
  scenarios: readonly ScenarioSummary[];
  runScenario: RunScenario;
  /** Where runs are saved, each in a directory of its own. */
  reportsDir: string;
  print(text: string): void;
  /** For progress and complaints: standard output may belong to a machine. */
  printError(text: string): void;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

interface RunFlags {
  grep?: RegExp;
  seed?: string;
  reporter: ReporterChoice[];
  smoke?: true;
}

/** The whole command but its wiring: takes the arguments after the program's name, returns the exit code. */
export async function runCommandLine(argv: readonly string[], io: CommandLine): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.valid;
  const program = new Command('chaos')
    .description('Runs scenarios against the shop and judges from outside whether its promises held.')
    .exitOverride()
    .configureOutput({
      writeOut: io.print,
      writeErr: io.printError,
      outputError: (text, write) => write(text),
    })
    .showHelpAfterError('(chaos --help tells what there is)');

  program
    .command('run')
    .description('run scenarios: all of them, or those that are named')
    .argument('[names...]', 'names of scenarios')
    .option('--grep <pattern>', 'only scenarios whose name or title matches', parsePattern)
    .option('--seed <seed>', 'everything random comes from it (default: a new one, printed)')
    .option(
      '--reporter <reporters>',
      'list, json, junit; with :file into a file',
      parseReporterFlag,
      parseReporters('list'),
    )
    .option('--smoke', 'the short form; plants violations after a valid verdict')
    .action(async (names: string[], flags: RunFlags) => {
      exitCode = await run(names, flags, io);
    });

  program
    .command('list')
    .description('name the scenarios')
    .action(() => {
      const width = Math.max(...io.scenarios.map(({ name }) => name.length));
      for (const { name, title } of io.scenarios) io.print(`${name.padEnd(width)}  ${title}\n`);
    });

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is no mistake.
    return error.exitCode === 0 ? EXIT_CODE.valid : EXIT_CODE.usage;
  }
  return exitCode;
}

async function run(names: readonly string[], flags: RunFlags, io: CommandLine): Promise<ExitCode> {
  const unknown = names.filter((name) => !io.scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    io.printError(`There is no scenario ${unknown.join(', ')}. 'chaos list' names them.\n`);
    return EXIT_CODE.usage;
  }
  const chosen = io.scenarios.filter(
    ({ name, title }) =>
      (names.length === 0 || names.includes(name)) &&
      (flags.grep === undefined || flags.grep.test(name) || flags.grep.test(title)),
  );
  if (chosen.length === 0) {
    io.printError('No scenario matched: nothing was run, and nothing is proven.\n');
    return EXIT_CODE.usage;
  }

  const seed = flags.seed ?? randomBytes(4).toString('hex');
  io.printError(`seed ${seed}\n`);
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const directory = join(io.reportsDir, `${time}-${seed.replaceAll(/[^A-Za-z0-9-]/g, '_')}`);
  const finished: ScenarioReport[] = [];
  let environment: EnvironmentError | null = null;
  for (const { name } of chosen) {
    if (io.signal.aborted) break;
    io.printError(`${name} …\n`);
    const startedMs = performance.now();
    try {
      finished.push(
        await io.runScenario(name, {
          seed,
          smoke: flags.smoke === true,
          signal: io.signal,
          directory: join(directory, name),
          schedules: null,
          control: true,
          progress: (event) => {
            const line = progressLine(event);
            if (line !== null) io.printError(`  ${line}\n`);
          },
        }),
      );
    } catch (error) {
      if (error instanceof EnvironmentError) {
        environment = error;
        break;
      }
      const reason = io.signal.aborted ? 'it was interrupted' : `the harness crashed: ${textOf(error)}`;
      finished.push(unjudged(name, reason, performance.now() - startedMs));
    }
  }

  const complete = finished.length === chosen.length && !io.signal.aborted;
  const report = runReport(seed, finished, complete);
  publish(report, flags.reporter, io);
  if (io.signal.aborted)
    io.printError(`Interrupted: ${chosen.length - finished.length} scenarios were not begun.\n`);
  if (environment !== null) io.printError(`${environment.message}\n`);
  // A violation that was seen is not undone by what failed afterwards.
  if (environment !== null && report.verdict !== 'invalid') return EXIT_CODE.environment;
  return exitCodeOf(report.verdict);
}

function publish(report: RunReport, reporters: readonly ReporterChoice[], io: CommandLine): void {
  const machinePrints = reporters.some(({ name, file }) => name !== 'list' && file === null);
  for (const { name, file } of reporters) {
    const text = render(name, report);
    if (file !== null) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } else if (name === 'list' && machinePrints) io.printError(text);
    else io.print(text);
  }
}

/** What is worth a line where nothing can be redrawn. */
function progressLine(event: ProgressEvent): string | null {
  switch (event.type) {
    case 'part':
      return `${event.part}: ${event.purchases} intents`;
    case 'phase':
      return event.phase;
    case 'purchase':
    case 'fault':
    case 'evidence':
    case 'checked':
      return null;
    default:
      return event satisfies never;
  }
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    throw new InvalidArgumentError(`'${text}' is no regular expression.`);
  }
}

function parseReporterFlag(text: string): ReporterChoice[] {
  try {
    return parseReporters(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
