import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FinalState } from '../../final-state.ts';
import { readHistory } from '../../history/read.ts';
import { OBSERVATIONS_FILE } from '../../observations.ts';
import type { Observations } from '../../observations.ts';
import { HISTORY_FILE, STATE_FILE } from '../../run/report-directory.ts';
import type { PlayData } from './operations.ts';

/**
 * What a play left in its directory; null if its history isn't there (pruned, or never begun). Throws if
 * what is there can't be read: a report must not pass half of a history off as all of it.
 */
export function readPlay(directory: string): PlayData | null {
  const historyPath = join(directory, HISTORY_FILE);
  if (!existsSync(historyPath)) return null;
  return {
    history: readHistory(historyPath),
    state: readJson(join(directory, STATE_FILE)) as FinalState | null,
    observations: readJson(join(directory, OBSERVATIONS_FILE)) as Observations | null,
  };
}

function readJson(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
