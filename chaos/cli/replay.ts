import { join } from 'node:path';
import type { ReporterChoice } from '../report/reporter.ts';
import type { PlayReport } from '../report/report.ts';
import { readSchedules, SCHEDULE_FILE, UnusableSchedule } from '../schedule/schedule-file.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { PlayRecord } from '../saved/run-record.ts';
import type { SavedRun } from '../saved/saved-run.ts';
import { asPlayed } from './app-command-line.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandContext, CommandLine } from './command-line.ts';
import { parseCount } from './count.ts';
import { openRun, playsNamed } from './open-run.ts';
import { playRun } from './play-run.ts';
import type { Play } from './plays.ts';
import { reporterOption } from './reporter-option.ts';
import { isFoundIn } from './violation.ts';

interface Flags {
  repeat: number;
  control: boolean;
  bail?: true;
  reporter: ReporterChoice[];
}

const TIMES_MAX = 1_000;

export const addReplay: AddCommand = (program, { io, argv, end }) => {
  program
    .command('replay')
    .description('play a saved run again, by the schedules that it was played by')
    .argument('<run>', 'its name, the beginning of its name, or last')
    .argument('[names...]', 'only these of its scenarios')
    .option('--repeat <times>', 'so often: real processes don’t do the same twice', parseCount(TIMES_MAX), 1)
    .option('--no-control', 'without the control')
    .option('--bail', 'stop after the first violation')
    .addOption(reporterOption('list'))
    .action(async (run: string, names: string[], flags: Flags) => {
      const saved = openRun(io, run);
      end(await replay(saved, names, flags, { io: await asPlayed(io, saved), argv }));
    });
};

async function replay(
  saved: SavedRun,
  names: readonly string[],
  { repeat, control, bail, reporter }: Flags,
  { io, argv }: Pick<CommandContext, 'io' | 'argv'>,
) {
  const records = playsNamed(saved, names);
  const plays = records.map((record) => playOf(saved, record, io));
  const { exitCode, scenarios } = await playRun(
    {
      seed: saved.record.seed,
      command: argv,
      replayOf: saved.id,
      weakening: saved.record.weakening,
      plays: repeated(plays, repeat),
      count: plays.length * repeat,
      reporters: reporter,
      smoke: false,
      bail: bail === true,
      control,
      forMs: null,
    },
    io,
  );
  for (const record of records) io.printError(`${comparison(record, scenarios)}\n`);
  return exitCode;
}

function playOf(saved: SavedRun, play: PlayRecord, io: CommandLine): Play {
  const { name, scenario, seed } = play;
  if (!io.scenarios.some((known) => known.name === scenario))
    throw new UsageError(`${saved.id} played ${scenario}, which is no scenario any more.`);
  return { name, scenario, seed, schedules: schedulesOf(saved, play) };
}

/** What a play was played by. */
export function schedulesOf(saved: SavedRun, { name, scenario, seed }: PlayRecord): Schedule[] {
  try {
    return readSchedules(join(saved.playPath(name), SCHEDULE_FILE));
  } catch (error) {
    if (!(error instanceof UnusableSchedule)) throw error;
    throw new UsageError(`${error.message} Its seed may do instead: chaos run ${scenario} --seed ${seed}`, {
      cause: error,
    });
  }
}

/** The run for real, beside its control's. */
export function protectedOf(schedules: readonly Schedule[]): Schedule {
  const found = schedules.find(({ part }) => part === 'protected');
  if (found === undefined) throw new Error('a play is saved without its protected part');
  return found;
}

function* repeated(plays: readonly Play[], times: number): Generator<Play> {
  for (let time = 1; time <= times; time += 1)
    for (const play of plays) yield { ...play, name: time === 1 ? play.name : `${play.name}.again-${time}` };
}

/** Whether the same was found again: the same checker, with the same kind of violation. */
function comparison(before: PlayRecord, now: readonly PlayReport[]): string {
  const again = now.filter(({ play }) => play === before.name || play.startsWith(`${before.name}.again-`));
  if (before.violations.length === 0)
    return `${before.name} was ${before.verdict}, and is now ${again.map(({ verdict }) => verdict).join(', ')}.`;
  return before.violations
    .map(({ checker, kind }) => {
      const found = again.filter((report) => isFoundIn({ checker, kind }, report));
      return `${before.name}: ${checker} / ${kind} was found again in ${found.length} of ${again.length}.`;
    })
    .join('\n');
}
