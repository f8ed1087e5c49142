import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import type { ReporterChoice } from '../report/reporter.ts';
import { NOT_WEAKENED } from '../weakening.ts';
import { withApp } from './app-command-line.ts';
import type { AddCommand, CommandContext } from './command-line.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { playRun } from './play-run.ts';
import { playsOf } from './plays.ts';
import { reporterOption } from './reporter-option.ts';
import { parseSeed } from './seed.ts';

interface Flags {
  seed?: string;
  repeat?: number;
  for?: number;
  bail?: true;
  allowRemote?: true;
  reporter: ReporterChoice[];
}

const ROUNDS_MAX = 10_000;

export const addAgainst: AddCommand = (program, { io, argv, end }) => {
  program
    .command('against')
    .description('put another app to the test, one that runs already: what it is, a file says')
    .argument('<app-file>', 'a module whose default export describes the app (chaos/another-app)')
    .option('--seed <seed>', 'everything random comes from it (default: a new one, printed)', parseSeed)
    .option('--repeat <times>', 'so often, each time with a seed of its own', parseCount(ROUNDS_MAX))
    .addOption(
      new Option('--for <duration>', 'again and again, as long as that: 90s, 30m, 2h; once at least')
        .argParser(parseDuration)
        .conflicts('repeat'),
    )
    .option('--bail', 'stop after the first violation')
    .option('--allow-remote', 'also addresses that aren’t this machine’s: yours, and nobody else on them')
    .addOption(reporterOption('list'))
    .action(async (file: string, flags: Flags) => {
      end(await against(file, flags, { io, argv }));
    });
};

async function against(file: string, flags: Flags, { io, argv }: Pick<CommandContext, 'io' | 'argv'>) {
  const app = await withApp(io, file, { allowRemote: flags.allowRemote === true });
  const seed = flags.seed ?? randomBytes(4).toString('hex');
  io.printError(`seed ${seed}\n`);
  const forMs = flags.for ?? null;
  const rounds = forMs === null ? (flags.repeat ?? 1) : Number.POSITIVE_INFINITY;
  const overMs = performance.now() + (forMs ?? Number.POSITIVE_INFINITY);
  const { exitCode } = await playRun(
    {
      seed,
      command: argv,
      plays: playsOf([app.name], seed, { rounds, isOver: () => performance.now() >= overMs }),
      count: forMs === null ? rounds : null,
      reporters: flags.reporter,
      smoke: false,
      bail: flags.bail === true,
      control: false,
      weakening: NOT_WEAKENED,
      forMs,
    },
    app.io,
  );
  return exitCode;
}
