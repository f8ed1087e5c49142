import { randomBytes } from 'node:crypto';
import { InvalidArgumentError, Option } from 'commander';
import type { ReporterChoice } from '../report/reporter.ts';
import { savedRuns } from '../saved/run-list.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandContext, CommandLine } from './command-line.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { playRun } from './play-run.ts';
import { playsOf } from './plays.ts';
import { reporterOption } from './reporter-option.ts';
import { parseSeed } from './seed.ts';
import { select } from './selection.ts';
import { parseShard } from './shard.ts';
import type { Shard } from './shard.ts';

interface Flags {
  grep?: RegExp;
  seed?: string;
  repeat?: number;
  for?: number;
  shard?: Shard;
  bail?: true;
  lastFailed?: true;
  reporter: ReporterChoice[];
  smoke?: true;
  sabotage?: string[];
  guard: boolean;
}

const ROUNDS_MAX = 10_000;

export const addRun: AddCommand = (program, { io, argv, end }) => {
  program
    .command('run')
    .description('run scenarios: all of them, or those that are named')
    .argument('[names...]', 'names of scenarios')
    .option('--grep <pattern>', 'only scenarios whose name or title matches', parsePattern)
    .option('--seed <seed>', 'everything random comes from it (default: a new one, printed)', parseSeed)
    .option(
      '--repeat <times>',
      'all of it so often, each round with a seed of its own',
      parseCount(ROUNDS_MAX),
    )
    .addOption(
      new Option(
        '--for <duration>',
        'round after round, as long as that: 90s, 30m, 2h; one whole round at least',
      )
        .argParser(parseDuration)
        .conflicts('repeat'),
    )
    .option('--shard <i/n>', 'the i-th of n parts: each scenario is in exactly one', parseShard)
    .option('--bail', 'stop after the first violation')
    .option('--last-failed', 'only scenarios that weren’t valid in the last run')
    .addOption(reporterOption('list'))
    .option('--sabotage <bugs>', 'with these bugs put in, by their names in src/sabotage', parseList)
    .option('--no-guard', 'without the index that is the last layer of protection')
    .option('--smoke', 'the short form; plants violations after a valid verdict')
    .action(async (names: string[], flags: Flags) => {
      end(await run(names, flags, { io, argv }));
    });
};

async function run(
  names: readonly string[],
  flags: Flags,
  { io, argv }: Pick<CommandContext, 'io' | 'argv'>,
) {
  const { grep, shard } = flags;
  if (flags.lastFailed === true && names.length > 0)
    throw new UsageError('--last-failed names the scenarios itself: leave the names or --last-failed out.');
  const wanted = flags.lastFailed === true ? lastFailed(io) : names;
  const chosen = select(io.scenarios, { names: wanted, grep, shard }).map(({ name }) => name);

  const seed = flags.seed ?? randomBytes(4).toString('hex');
  io.printError(`seed ${seed}\n`);
  const forMs = flags.for ?? null;
  const rounds = forMs === null ? (flags.repeat ?? 1) : Number.POSITIVE_INFINITY;
  const overMs = performance.now() + (forMs ?? Number.POSITIVE_INFINITY);
  const isOver = () => performance.now() >= overMs;
  const { exitCode } = await playRun(
    {
      seed,
      command: argv,
      plays: playsOf(chosen, seed, { rounds, isOver }),
      count: forMs === null ? rounds * chosen.length : null,
      reporters: flags.reporter,
      smoke: flags.smoke === true,
      bail: flags.bail === true,
      control: true,
      weakening: { sabotage: flags.sabotage ?? [], withoutGuard: !flags.guard },
      forMs,
    },
    io,
  );
  return exitCode;
}

/** Those of the last run that weren't valid. Names only: `chaos replay` plays the same again. */
function lastFailed({ reportsDir, scenarios }: CommandLine): string[] {
  const last = savedRuns(reportsDir).at(-1);
  if (last === undefined)
    throw new UsageError('No run was saved yet, so none has failed: run without --last-failed first.');
  const failed = new Set(
    last.record.plays.filter(({ verdict }) => verdict !== 'valid').map((play) => play.scenario),
  );
  if (failed.size === 0)
    throw new UsageError(
      `In the last run, ${last.id}, everything that was played was valid: leave --last-failed out.`,
    );
  const known = scenarios.map(({ name }) => name).filter((name) => failed.has(name));
  if (known.length === 0)
    throw new UsageError(
      `What failed in the last run, ${last.id}, is no scenario any more: ${[...failed].join(', ')}.`,
    );
  return known;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    throw new InvalidArgumentError(`'${text}' is no regular expression.`);
  }
}

function parseList(text: string): string[] {
  const names = text.split(',');
  if (names.includes('')) throw new InvalidArgumentError(`'${text}' is no list of names.`);
  return names;
}
