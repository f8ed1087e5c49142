import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeData } from '../../stack/index.ts';
import type { ScenarioReport } from '../report/report.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Weakening } from '../weakening.ts';
import type { CommandLine } from './command-line.ts';

/** Plays a schedule to see what it does, without control, and leaves nothing. */
export async function playTrial(
  schedule: Schedule,
  weakening: Weakening,
  io: CommandLine,
): Promise<ScenarioReport> {
  const directory = mkdtempSync(join(io.reportsDir, '.trial-'));
  try {
    return await io.runScenario(schedule.scenario, {
      seed: schedule.seed,
      schedules: [schedule],
      smoke: false,
      control: false,
      forMs: null,
      weakening,
      directory,
      signal: io.signal,
      progress: () => {},
    });
  } finally {
    // A database may lie elsewhere, and must go with its directory.
    await removeData(join(directory, 'stack'));
    rmSync(directory, { recursive: true, force: true });
  }
}
