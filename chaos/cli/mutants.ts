import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { EXIT_CODE } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { playMutant } from '../mutants/play-mutant.ts';
import { MUTANTS } from '../mutants/registry.ts';
import { complaintsOf, jsonOf, summaryOf, tableOf } from '../mutants/report.ts';
import { runMutants } from '../mutants/run-mutants.ts';
import type { MutantRun, PlayTold } from '../mutants/run-mutants.ts';
import { CI_SAMPLE } from '../mutants/sample.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandLine } from './command-line.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';

interface Flags {
  grep?: RegExp;
  seed?: string;
  runs: number;
  for?: number;
  jobs: number;
  sample?: 'ci';
  reporter: Output;
}

interface Output {
  form: 'list' | 'json';
  /** Null: standard output. */
  file: string | null;
}

const RUNS_MAX = 1_000;
const JOBS_MAX = 16;

export const addMutants: AddCommand = (program, { io, end }) => {
  program
    .command('mutants')
    .description('put each classic bug in on purpose, and see whether it is noticed')
    .argument('[ids...]', 'mutants by their names; none means all')
    .option('--grep <pattern>', 'only mutants whose name, scenario or checker matches', parsePattern)
    .option('--seed <seed>', 'everything random comes from it (default: a new one, printed)')
    .option('--runs <times>', 'under its fault each mutant is played so often', parseCount(RUNS_MAX), 1)
    .addOption(
      new Option(
        '--for <duration>',
        'begins no play after that: 90s, 30m, 2h; what then was not played counts as unknown',
      ).argParser(parseDuration),
    )
    .option('--jobs <count>', 'so many shops at once', parseCount(JOBS_MAX), 1)
    .addOption(
      new Option('--sample <name>', 'a fixed few that die every time').choices(['ci']).conflicts('grep'),
    )
    .addOption(
      new Option('--reporter <form>', 'list, or json; with :file into a file')
        .argParser(parseOutput)
        .default({ form: 'list', file: null }, 'list'),
    )
    .action(async (ids: string[], flags: Flags) => {
      end(await mutants(ids, flags, io));
    });
};

async function mutants(ids: readonly string[], flags: Flags, io: CommandLine): Promise<ExitCode> {
  const chosen = choose(ids, flags);
  const seed = flags.seed ?? randomBytes(4).toString('hex');
  const directory = join(io.reportsDir, '..', 'chaos-mutants', seed);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  io.printError(`${chosen.length} mutants, ${flags.runs} runs each, seed ${seed}\n`);
  const overMs = performance.now() + (flags.for ?? Number.POSITIVE_INFINITY);
  const run = await runMutants({
    seed,
    mutants: chosen,
    runs: flags.runs,
    isOver: () => performance.now() >= overMs,
    jobs: flags.jobs,
    directory,
    signal: io.signal,
    play: playMutant,
    told: (told) => io.printError(lineOf(told)),
  });
  publish(run, flags.reporter, io);
  return exitCodeOf(run);
}

function choose(ids: readonly string[], { grep, sample }: Flags): Mutant[] {
  const known = new Set(MUTANTS.map(({ id }) => id));
  const wanted = sample === 'ci' ? [...ids, ...CI_SAMPLE] : ids;
  const unknown = wanted.filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new UsageError(`There is no mutant ${unknown.join(', ')}; there are: ${[...known].join(', ')}.`);
  const chosen = MUTANTS.filter(
    ({ id, scenario, checker }) =>
      (wanted.length === 0 || wanted.includes(id)) &&
      (grep === undefined || grep.test(`${id} ${scenario.name} ${checker}`)),
  );
  if (chosen.length === 0) throw new UsageError('No mutant matches.');
  return chosen;
}

function publish(run: MutantRun, { form, file }: Output, io: CommandLine): void {
  const json = `${JSON.stringify(jsonOf(run), null, 1)}\n`;
  if (form === 'list') io.print(`${tableOf(run)}\n`);
  else if (file === null) io.print(json);
  else writeFileSync(file, json);
  if (form === 'json') io.printError(`${summaryOf(run)}\n`);
  for (const complaint of complaintsOf(run)) io.printError(`${complaint}\n`);
}

/** A mutant that lives, or a shop that fails, is a broken promise; what wasn't played proves nothing. */
function exitCodeOf({ results, clean, isCutShort }: MutantRun): ExitCode {
  const lives = results.some(({ fate }) => fate !== 'killed' && fate !== 'unknown');
  if (lives || clean.some(({ verdict }) => verdict === 'invalid')) return EXIT_CODE.invalid;
  const isWhole =
    !isCutShort &&
    results.every(({ fate }) => fate === 'killed') &&
    clean.every(({ verdict }) => verdict === 'valid');
  return isWhole ? EXIT_CODE.valid : EXIT_CODE.unknown;
}

function lineOf({ name, purpose, seed, isGood, verdict }: PlayTold): string {
  const by = verdict.invalidBy.length > 0 ? ` by ${verdict.invalidBy.join(', ')}` : '';
  const seconds = (verdict.durationMs / 1_000).toFixed(1);
  return `${isGood ? '✔' : '✘'} ${name} ${purpose} ${seed}: ${verdict.verdict}${by} (${seconds} s)\n`;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    throw new InvalidArgumentError(`'${text}' is no regular expression.`);
  }
}

function parseOutput(text: string): Output {
  const [form, ...path] = text.split(':');
  if (form !== 'list' && form !== 'json')
    throw new InvalidArgumentError(`there is list and json, and no ${form}.`);
  const file = path.length > 0 ? path.join(':') : null;
  if (form === 'list' && file !== null) throw new InvalidArgumentError('list is for people: it has no file.');
  return { form, file };
}
