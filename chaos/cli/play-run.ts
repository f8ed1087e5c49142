import { EnvironmentError } from '../environment-error.ts';
import { EXIT_CODE, exitCodeOf } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { GridCount } from '../report/analysis/fault-phase-grid.ts';
import { savedPlayView } from '../report/run-view.ts';
import type { PlayReport } from '../report/report.ts';
import type { ReporterChoice } from '../report/reporter.ts';
import { pruneRuns, RUNS_KEPT } from '../saved/run-list.ts';
import { SavedRun } from '../saved/saved-run.ts';
import type { Beginning } from '../saved/saved-run.ts';
import { weakeningWords } from '../weakening.ts';
import { runReport, unjudged } from '../verdict.ts';
import type { CommandLine } from './command-line.ts';
import type { Play } from './plays.ts';
import { liveWatch } from './live/live-watch.ts';
import { plainWatch } from './plain-watch.ts';
import { publish } from './publish.ts';

export interface RunPlan extends Beginning {
  plays: Iterable<Play>;
  /** How many they are; null if only time will tell. */
  count: number | null;
  reporters: readonly ReporterChoice[];
  smoke: boolean;
  /** Stop after the first violation. */
  bail: boolean;
  control: boolean;
  /** What a scenario that can fill time fills; null: as long as it takes. */
  forMs: number | null;
}

export interface RunEnd {
  run: SavedRun;
  exitCode: ExitCode;
  scenarios: readonly PlayReport[];
}

/**
 * Plays a run, one play after the other, and saves it as it goes on; then makes its reports. A play that
 * crashes or is interrupted is unknown; what can't be run here at all ends the run.
 */
export async function playRun(plan: RunPlan, io: CommandLine): Promise<RunEnd> {
  const run = SavedRun.begin(io.reportsDir, plan);
  const words = weakeningWords(plan.weakening);
  if (words !== null)
    io.printError(`The shop is played ${words}: what it does wrong is no verdict on the shop.\n`);
  const pruned = await pruneRuns(io.reportsDir);
  if (pruned > 0)
    io.printError(
      `The histories of ${pruned} older runs were removed: the last ${RUNS_KEPT} runs keep theirs.\n`,
    );
  const watch = io.terminal === null ? plainWatch(io.printError) : liveWatch(io.terminal, io.signal);
  const scenarios: PlayReport[] = [];
  let environment: EnvironmentError | null = null;
  let isBailed = false;
  let number = 0;
  for (const play of plan.plays) {
    if (io.signal.aborted) break;
    number += 1;
    watch.begin(play, { number, of: plan.count });
    const report = await playOne(play, run.beginPlay(play.name), plan, io, watch.event).catch(
      (error: unknown) => {
        if (!(error instanceof EnvironmentError)) throw error;
        environment = error;
        return null;
      },
    );
    if (report === null) break;
    scenarios.push(report);
    run.finishPlay(report, gridOf(run.playPath(play.name)));
    watch.end(report);
    isBailed = plan.bail && report.verdict === 'invalid';
    if (isBailed) break;
  }
  watch.close();

  const isOver = !io.signal.aborted && environment === null && !isBailed;
  const { verdict } = runReport({ run: run.id, seed: plan.seed, scenarios }, { complete: isOver });
  run.finish({ verdict, complete: isOver });
  publish(run, plan.reporters, io);
  if (!isOver) io.printError(whyItEnded({ isBailed, number: scenarios.length, of: plan.count }, environment));
  // A violation that was seen is not undone by what failed afterwards.
  const exitCode =
    environment !== null && verdict !== 'invalid' ? EXIT_CODE.environment : exitCodeOf(verdict);
  return { run, exitCode, scenarios };
}

async function playOne(
  { name, scenario, seed, schedules }: Play,
  directory: string,
  { smoke, control, forMs, weakening }: RunPlan,
  io: CommandLine,
  progress: Parameters<CommandLine['runScenario']>[1]['progress'],
): Promise<PlayReport> {
  const startedMs = performance.now();
  const played = { play: name, seed };
  try {
    const options = {
      seed,
      smoke,
      control,
      forMs,
      weakening,
      directory,
      schedules,
      signal: io.signal,
      progress,
    };
    return { ...(await io.runScenario(scenario, options)), ...played };
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    const reason = io.signal.aborted ? 'it was interrupted' : `the harness crashed: ${textOf(error)}`;
    return { ...unjudged(scenario, reason, performance.now() - startedMs), ...played };
  }
}

/** The report must not depend on its picture: what can't be read is told where it is drawn. */
function gridOf(directory: string): GridCount[] | null {
  try {
    return savedPlayView(directory)?.grid ?? null;
  } catch {
    return null;
  }
}

function whyItEnded(
  { isBailed, number, of }: { isBailed: boolean; number: number; of: number | null },
  environment: EnvironmentError | null,
): string {
  if (environment !== null) return `${environment.message}\n`;
  const what = isBailed ? 'Bailed out' : 'Interrupted';
  if (of === null) return `${what}, whatever there was still to play.\n`;
  return of === number ? `${what}.\n` : `${what}: ${of - number} of ${of} were not begun.\n`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
