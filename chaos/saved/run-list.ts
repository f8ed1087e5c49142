import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeData } from '../../stack/index.ts';
import { SavedRun } from './saved-run.ts';

/**
 * So many runs keep everything. A run of all scenarios in their long form is about 100 MB, and whoever
 * looks into an older one has its report and its seed.
 */
export const RUNS_KEPT = 10;

/** What stays of an older run: what was asked, and what came of it. */
const KEPT_FILES = new Set(['report.json', 'schedule.json']);

/** Times sort as text. */
const RUN_NAME = /^\d{8}T\d{6}(\.\d{3})?Z-/;

/** The names of all that was saved, the oldest first. */
export function runNames(reportsDir: string): string[] {
  if (!existsSync(reportsDir)) return [];
  return readdirSync(reportsDir)
    .filter((name) => RUN_NAME.test(name))
    .toSorted();
}

/** Every run that can be read, the oldest first. */
export function savedRuns(reportsDir: string): SavedRun[] {
  return runNames(reportsDir).flatMap((name) => {
    try {
      return [SavedRun.open(join(reportsDir, name))];
    } catch {
      // Another harness's, or one that was killed in its first moment.
      return [];
    }
  });
}

/**
 * The run that is meant by `last`, by its name, or by the beginning of its name. Throws a sentence for
 * whoever typed it.
 */
export function findRun(reportsDir: string, wanted: string): SavedRun {
  const names = runNames(reportsDir);
  const last = names.at(-1);
  if (last === undefined) throw new Error(`No run was saved yet in ${reportsDir}.`);
  if (wanted === 'last') return SavedRun.open(join(reportsDir, last));
  const found = names.includes(wanted) ? [wanted] : names.filter((name) => name.startsWith(wanted));
  const [name, other] = found;
  if (name === undefined)
    throw new Error(`There is no run ${wanted}. The last ones: ${names.slice(-5).join(', ')}.`);
  if (other !== undefined) throw new Error(`${wanted} may be ${found.join(' or ')}: say which.`);
  return SavedRun.open(join(reportsDir, name));
}

/** Takes the histories and final states of all but the newest runs away; returns of how many. */
export async function pruneRuns(reportsDir: string, keep = RUNS_KEPT): Promise<number> {
  let pruned = 0;
  for (const name of runNames(reportsDir).slice(0, -keep))
    if (await pruneRun(join(reportsDir, name))) pruned += 1;
  return pruned;
}

async function pruneRun(path: string): Promise<boolean> {
  let isPruned = false;
  const plays = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const play of plays.map(({ name }) => join(path, name))) {
    const entries = readdirSync(play).filter((entry) => !KEPT_FILES.has(entry));
    if (entries.length === 0) continue;
    try {
      // A database may lie elsewhere, and must go with its directory.
      for (const data of ['stack', 'control/stack']) await removeData(join(play, data));
    } catch {
      // It still runs, longer than those that came after it. It will be old another time.
      return isPruned;
    }
    for (const entry of entries) rmSync(join(play, entry), { recursive: true, force: true });
    isPruned = true;
  }
  return isPruned;
}
