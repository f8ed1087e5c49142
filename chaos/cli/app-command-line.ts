import { join, resolve } from 'node:path';
import { AppMistake, loadApp, playerOf, reachAll } from '../another-app/index.ts';
import { readSchedules, SCHEDULE_FILE, UnusableSchedule } from '../schedule/schedule-file.ts';
import type { ForeignGround } from '../schedule/schedule.ts';
import type { SavedRun } from '../saved/saved-run.ts';
import { UsageError } from './command-line.ts';
import type { CommandLine } from './command-line.ts';

/** The command line with an app in the place of the shop, and with a single scenario: to play it. */
export async function withApp(
  io: CommandLine,
  file: string,
  { allowRemote }: { allowRemote: boolean },
): Promise<{ io: CommandLine; name: string }> {
  try {
    const app = await loadApp(file);
    await reachAll(app, { allowRemote });
    const { name } = app;
    const title = `${file}, with faults on its links, drawn from the seed`;
    const runScenario = playerOf(app, { appFile: resolve(file), allowRemote });
    return { io: { ...io, scenarios: [{ name, title }], runScenario }, name };
  } catch (error) {
    if (error instanceof AppMistake) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** The command line that a saved run was played with. */
export async function asPlayed(io: CommandLine, saved: SavedRun): Promise<CommandLine> {
  const app = appOf(saved);
  return app === null ? io : (await withApp(io, app.appFile, app)).io;
}

/** The app that a saved run was played against; null if it was the shop. */
export function appOf(saved: SavedRun): ForeignGround | null {
  const [play] = saved.record.plays;
  if (play === undefined) return null;
  try {
    const [schedule] = readSchedules(join(saved.playPath(play.name), SCHEDULE_FILE));
    return schedule?.topology.foreign ?? null;
  } catch (error) {
    // Whoever wants to play it is told why not.
    if (error instanceof UnusableSchedule) return null;
    throw error;
  }
}
