import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { EXIT_CODE } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { playMutant } from '../mutants/play-mutant.ts';
import { MUTANTS } from '../mutants/registry.ts';
import { complaintsOf, jsonOf, savedOf, tableOf } from '../mutants/report.ts';
import { runMutants } from '../mutants/run-mutants.ts';
import type { MutantRun, MutantRunOptions, PlayTold } from '../mutants/run-mutants.ts';
import { sampleOf } from '../mutants/sample.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandLine } from './command-line.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { listOrJsonOption, publishListOrJson } from './list-or-json.ts';
import type { ListOrJson } from './list-or-json.ts';

interface Flags {
  grep?: RegExp;
  seed?: string;
  runs: number;
  for?: number;
  sample?: number;
  reporter: ListOrJson[];
}

const RUNS_MAX = 1_000;

/** What is known of the run beside what it prints; in its directory. */
const SAVED_FILE = 'mutants.json';

export const addMutants: AddCommand = mutantsCommand(playMutant);

/** @param play how a mutant is played, for a test of the command */
export function mutantsCommand(play: MutantRunOptions['play']): AddCommand {
  return (program, { io, end }) => {
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
      .option(
        '--sample <count>',
        'so many of those that die every time, drawn by the seed',
        parseCount(MUTANTS.length),
      )
      .addOption(listOrJsonOption())
      .action(async (ids: string[], flags: Flags) => {
        end(await mutants(ids, flags, { io, play }));
      });
  };
}

async function mutants(
  ids: readonly string[],
  flags: Flags,
  { io, play }: { io: CommandLine; play: MutantRunOptions['play'] },
): Promise<ExitCode> {
  const seed = flags.seed ?? randomBytes(4).toString('hex');
  const chosen = choose(ids, flags, seed);
  const directory = join(io.reportsDir, 'mutants', seed.replaceAll(/[^A-Za-z0-9_-]/g, '_'));
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  io.printError(`${chosen.length} mutants, ${flags.runs} runs each, seed ${seed}\n`);
  const overMs = performance.now() + (flags.for ?? Number.POSITIVE_INFINITY);
  const run = await runMutants({
    seed,
    mutants: chosen,
    runs: flags.runs,
    isOver: () => performance.now() >= overMs,
    directory,
    signal: io.signal,
    play,
    told: (told) => io.printError(lineOf(told)),
  });
  writeFileSync(join(directory, SAVED_FILE), jsonText(savedOf(run)));
  publishListOrJson(
    flags.reporter,
    { list: () => `${tableOf(run)}\n`, json: () => jsonText(jsonOf(run)) },
    io,
  );
  for (const complaint of complaintsOf(run)) io.printError(`${complaint}\n`);
  return exitCodeOf(run);
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function choose(ids: readonly string[], { grep, sample }: Flags, seed: string): Mutant[] {
  const known = new Set(MUTANTS.map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new UsageError(`There is no mutant ${unknown.join(', ')}; there are: ${[...known].join(', ')}.`);
  const matching = MUTANTS.filter(
    ({ id, scenario, checker }) =>
      (ids.length === 0 || ids.includes(id)) &&
      (grep === undefined || grep.test(`${id} ${scenario.name} ${checker}`)),
  );
  const chosen = sample === undefined ? matching : sampleOf(matching, sample, seed);
  if (chosen.length === 0)
    throw new UsageError('No mutant matched: nothing was played, and nothing is proven.');
  return chosen;
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
