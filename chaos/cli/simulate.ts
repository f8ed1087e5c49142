import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { exitCodeOf } from '../exit-code.ts';
import { drawPlan } from '../simulate/plan.ts';
import type { Plan } from '../simulate/plan.ts';
import { readPlan, writePlan } from '../simulate/plan-file.ts';
import { jsonSimulated, listSimulated, runsPerMinute, verdictOf } from '../simulate/report.ts';
import type { SimulateReport } from '../simulate/report.ts';
import { HONEST } from '../simulate/sabotage/sabotage.ts';
import type { Sabotage } from '../simulate/sabotage/sabotage.ts';
import { shrink, writtenDown } from '../simulate/shrink.ts';
import { sweep } from '../simulate/sweep.ts';
import type { Sweep } from '../simulate/sweep.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandContext, CommandLine } from './command-line.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { listOrJsonOption, publishListOrJson } from './list-or-json.ts';
import type { ListOrJson } from './list-or-json.ts';

interface Flags {
  seed?: string;
  runs?: number;
  for?: number;
  shrink?: true;
  plan?: string;
  history?: string;
  reporter: ListOrJson[];
}

const RUNS_MOST = 10_000_000;
const RUNS_BY_DEFAULT = 1_000;
/** A reduction takes as long as a run; so many are some minutes at the worst. */
const SHRINK_RUNS_MAX = 5_000;
/** How often progress is told. */
const TELL_EVERY_RUNS = 500;

export const addSimulate: AddCommand = simulateCommand();

/** @param sabotage a bug to look for, for a test of the command */
export function simulateCommand(sabotage?: Sabotage): AddCommand {
  return (program, { io, end }) => add(program, { io, end }, sabotage);
}

function add(
  program: Command,
  { io, end }: Pick<CommandContext, 'io' | 'end'>,
  sabotage: Sabotage = HONEST,
): void {
  program
    .command('simulate')
    .description('run the real engine and client in one process under a seeded scheduler, again and again')
    .option('--seed <seed>', 'of the first run; those after it are numbered (default: a new one, printed)')
    .option('--runs <number>', `so many runs (default: ${RUNS_BY_DEFAULT})`, parseCount(RUNS_MOST))
    .addOption(
      new Option('--for <duration>', 'as many runs as fit into it: 90s, 30m, 2h')
        .argParser(parseDuration)
        .conflicts('runs'),
    )
    .option('--shrink', 'make a failing run as small as it gets')
    .addOption(new Option('--plan <file>', 'play one plan that was saved').conflicts(['seed', 'runs', 'for']))
    .option('--history <file>', 'write the history of the last run, one event a line')
    .addOption(listOrJsonOption())
    .action(async (flags: Flags) => {
      const report = await run(flags, io, sabotage);
      publish(report, flags.reporter, io);
      if (flags.history !== undefined) {
        const events = report.sweep.last?.history ?? [];
        write(flags.history, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      }
      end(exitCodeOf(verdictOf(report)));
    });
}

async function run(flags: Flags, io: CommandLine, sabotage: Sabotage): Promise<SimulateReport> {
  const plan = flags.plan === undefined ? null : planIn(flags.plan);
  const seed = plan?.seed ?? flags.seed ?? randomBytes(4).toString('hex');
  io.printError(`seed ${seed}\n`);
  const overMs = performance.now() + (flags.for ?? Number.POSITIVE_INFINITY);
  const swept = await sweep(plan === null ? plansOf(seed, flags) : [plan], {
    sabotage,
    isOver: () => io.signal.aborted || performance.now() >= overMs,
    onRun: (_run, number) => {
      if (number % TELL_EVERY_RUNS === 0) io.printError(`${number} runs\n`);
    },
  });
  const interrupted = io.signal.aborted;
  if (swept.failed === null) return { seed, sweep: swept, interrupted, failure: null };
  return { seed, sweep: swept, interrupted, failure: await failureOf(swept.failed, flags, io, sabotage) };
}

/** Saves the plan of a run that failed, as small as it got. */
async function failureOf(
  { run, judgement }: NonNullable<Sweep['failed']>,
  flags: Flags,
  io: CommandLine,
  sabotage: Sabotage,
): Promise<SimulateReport['failure']> {
  const [violation = null] = judgement.violations;
  const shrunk =
    violation === null || flags.shrink !== true
      ? null
      : await shrink(run, violation, { runsMax: SHRINK_RUNS_MAX, sabotage, signal: io.signal });
  const planFile = join(io.reportsDir, 'simulate', `${fileNameOf(run.plan.seed)}.json`);
  writePlan(planFile, shrunk?.plan ?? writtenDown(run));
  return { violation: shrunk?.violation ?? violation, shrunk, planFile };
}

/** The first run's seed is the one that was typed, so that any run can be had again by its own. */
function* plansOf(seed: string, flags: Flags): Generator<Plan> {
  const most = flags.for === undefined ? (flags.runs ?? RUNS_BY_DEFAULT) : RUNS_MOST;
  for (let number = 1; number <= most; number++) yield drawPlan(number === 1 ? seed : `${seed}-${number}`);
}

function publish(report: SimulateReport, reporters: readonly ListOrJson[], io: CommandLine): void {
  publishListOrJson(reporters, { list: () => listSimulated(report), json: () => jsonSimulated(report) }, io);
  const { runs } = report.sweep;
  io.printError(`${runs} runs, ${runsPerMinute(report.sweep)} a minute\n`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function planIn(path: string): Plan {
  try {
    return readPlan(path);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A seed may hold anything, a file's name not. */
function fileNameOf(seed: string): string {
  return seed.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}
