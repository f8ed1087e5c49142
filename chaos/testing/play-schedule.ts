import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScenarioReport } from '../report/report.ts';
import { runScenario } from '../run/run-scenario.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { NOT_WEAKENED } from '../weakening.ts';

const DIRECTORY = fileURLToPath(new URL('../../reports/chaos-regressions', import.meta.url));

/** A start of everything with a build before it, the schedule, and the final read. */
export const SCHEDULE_LIMIT_MS = 15 * 60_000;

/**
 * Plays a schedule on the shop as it is, for the regression that `chaos export` writes. What it leaves is
 * kept in `reports/chaos-regressions/<name>` if it wasn't valid.
 */
export async function playSchedule(name: string, schedule: Schedule): Promise<ScenarioReport> {
  const directory = join(DIRECTORY, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return runScenario(schedule.scenario, {
    seed: schedule.seed,
    schedules: [schedule],
    smoke: false,
    control: false,
    forMs: null,
    weakening: NOT_WEAKENED,
    directory,
    signal: AbortSignal.timeout(SCHEDULE_LIMIT_MS),
    progress: () => {},
  });
}
