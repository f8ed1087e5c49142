import { EXIT_CODE } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { ReporterChoice } from '../report/reporter.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { SavedRun } from '../saved/saved-run.ts';
import { Budget } from '../shrink/budget.ts';
import { shrinkSchedule } from '../shrink/shrink-schedule.ts';
import type { ShrinkStep } from '../shrink/shrink-schedule.ts';
import { asPlayed } from './app-command-line.ts';
import type { AddCommand, CommandContext } from './command-line.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { openRun, playsNamed } from './open-run.ts';
import { playRun } from './play-run.ts';
import { protectedOf, schedulesOf } from './replay.ts';
import { reporterOption } from './reporter-option.ts';
import { playTrial } from './trials.ts';
import { isFoundIn, parseViolation, violatedPlay, violationOf, violationWords } from './violation.ts';
import type { ViolationKind } from './violation.ts';

interface Flags {
  violation?: ViolationKind;
  runs: number;
  for?: number;
  tries: number;
  confirm: number;
  reporter: ReporterChoice[];
}

const RUNS_MAX = 10_000;
const TIMES_MAX = 100;

export const addShrink: AddCommand = (program, { io, argv, end }) => {
  program
    .command('shrink')
    .description(
      'make a failing schedule smaller: fewer faults, clients and purchases, and the same violation',
    )
    .argument('<run>', 'its name, the beginning of its name, or last')
    .argument('[play]', 'the play that violated something, if there are several')
    .option('--violation <checker/kind>', 'which one must stay (default: its first)', parseViolation)
    .option('--runs <number>', 'at most so many runs', parseCount(RUNS_MAX), 100)
    .option('--for <duration>', 'at most so long: 90s, 30m, 2h', parseDuration)
    .option(
      '--tries <number>',
      'so many runs without it before a reduction is given up',
      parseCount(TIMES_MAX),
      2,
    )
    .option('--confirm <number>', 'so many runs of the smallest at the end', parseCount(TIMES_MAX), 5)
    .addOption(reporterOption('list'))
    .action(async (run: string, play: string | undefined, flags: Flags) => {
      const saved = openRun(io, run);
      end(await shrink(saved, play, flags, { io: await asPlayed(io, saved), argv }));
    });
};

async function shrink(
  saved: SavedRun,
  name: string | undefined,
  flags: Flags,
  { io, argv }: Pick<CommandContext, 'io' | 'argv'>,
): Promise<ExitCode> {
  const { weakening } = saved.record;
  const play = violatedPlay(saved.id, playsNamed(saved, name === undefined ? [] : [name]));
  const violation = violationOf(play, flags.violation);
  const whole = protectedOf(schedulesOf(saved, play));
  io.printError(`${play.name}: ${sizeOf(whole)}; looking for ${violationWords(violation)}\n`);

  const endMs = performance.now() + (flags.for ?? Number.POSITIVE_INFINITY);
  const budget = new Budget({
    runsMax: flags.runs,
    isOver: () => io.signal.aborted || performance.now() >= endMs,
  });
  const reproduces = async (schedule: Schedule) =>
    isFoundIn(violation, await playTrial(schedule, weakening, io));
  if (!(await reproducesAtAll(whole, reproduces, { budget, tries: flags.tries })))
    return giveUp(
      io.signal.aborted ? 'Interrupted' : `Not found again in ${budget.runs} runs of the whole schedule`,
    );

  const { schedule, isMinimal } = await shrinkSchedule(whole, {
    reproduces,
    tries: flags.tries,
    budget,
    told: (step) => io.printError(`${budget.runs}: ${stepWords(step)}\n`),
  });
  if (io.signal.aborted) return giveUp('Interrupted');
  io.printError(
    `${sizeOf(whole)} became ${sizeOf(schedule)} in ${budget.runs} runs${isMinimal ? '; nothing else can be left out' : '; the budget was spent, it may go on'}\n`,
  );

  const { run, scenarios } = await playRun(
    {
      seed: whole.seed,
      command: argv,
      replayOf: saved.id,
      weakening,
      plays: Array.from({ length: flags.confirm }, (_, index) => ({
        name: index === 0 ? `${play.scenario}.shrunk` : `${play.scenario}.shrunk-${index + 1}`,
        scenario: play.scenario,
        seed: play.seed,
        schedules: [schedule],
      })),
      count: flags.confirm,
      reporters: flags.reporter,
      smoke: false,
      bail: false,
      control: false,
      forMs: null,
    },
    io,
  );
  const found = scenarios.filter((report) => isFoundIn(violation, report)).length;
  io.printError(
    `${violationWords(violation)} was found in ${found} of ${scenarios.length} runs of the smallest schedule.\n` +
      `Again: chaos replay ${run.id}. As a test: chaos export ${run.id}\n`,
  );
  return found > 0 ? EXIT_CODE.valid : EXIT_CODE.unknown;

  function giveUp(why: string): ExitCode {
    io.printError(`${why}: nothing was made smaller.\n`);
    return EXIT_CODE.unknown;
  }
}

async function reproducesAtAll(
  schedule: Schedule,
  reproduces: (schedule: Schedule) => Promise<boolean>,
  { budget, tries }: { budget: Budget; tries: number },
): Promise<boolean> {
  for (let attempt = 0; attempt < tries && budget.take(); attempt += 1)
    if (await reproduces(schedule)) return true;
  return false;
}

function sizeOf({ faults, intents }: Schedule): string {
  const clients = new Set(intents.map(({ client }) => client));
  return `${faults.length} faults, ${clients.size} clients, ${intents.length} purchases`;
}

function stepWords({ schedule, reproduced }: ShrinkStep): string {
  const said =
    reproduced === null ? 'not tried to the end' : reproduced ? 'the same is broken' : 'is not broken';
  return `${sizeOf(schedule)}: ${said}`;
}
