import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Habits } from '../clients/habits.ts';
import type { HabitName } from '../clients/habits.ts';
import type { CheckerName } from '../checkers/name.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { Verdict } from '../report/report.ts';
import { perform } from '../run/driver.ts';
import { ReportDirectory } from '../run/report-directory.ts';
import { onStage } from '../run/stage.ts';
import { scheduleFile, SCHEDULE_FILE } from '../schedule/schedule-file.ts';
import { Observer } from '../topology/observer.ts';
import type { ShopVariant } from '../topology/shop-variant.ts';
import { judge } from '../verdict.ts';
import type { Judgement } from '../verdict.ts';
import { drawMutantSchedule } from './mutant-scenario.ts';
import type { MutantScenario } from './mutant-scenario.ts';

export interface MutantPlay {
  scenario: MutantScenario;
  seed: string;
  /** Without the fault. */
  calm: boolean;
  shop: ShopVariant;
  /** On the run's own database, before the first customer. */
  sql: readonly string[];
  /** Checkers that must have been put to the test, beside the core ones. */
  exercises: readonly CheckerName[];
  /** What is wrong with the customers' own software. */
  habits: readonly HabitName[];
}

export interface MutantVerdict {
  verdict: Verdict;
  /** Who found something. */
  invalidBy: CheckerName[];
  /** What makes it unknown, and what was found; a sentence each. */
  reasons: string[];
  /** How often each sabotage said that it was reached. */
  hits: ReadonlyMap<string, number>;
  acknowledged: number;
  durationMs: number;
  /** Where history, state and schedule are. */
  directory: string;
}

/** After that nothing more is expected of a shop in which nothing is broken any more: a lease, and a few tries. */
const SETTLE_LIMIT_MS = 8_000;

/**
 * Many times what the longest play takes. A mutant may hang, and so may the harness because of one: then that
 * play is unknown, and the others still have their turn.
 */
const PLAY_LIMIT_MS = 120_000;

/**
 * Plays a scenario once, on a shop of its own, and judges it as any other run is judged. Only what can't be played
 * here at all is thrown.
 */
export async function playMutant(
  { scenario, seed, calm, shop, sql, exercises, habits: names }: MutantPlay,
  { path, signal: interrupted }: { path: string; signal: AbortSignal },
): Promise<MutantVerdict> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(PLAY_LIMIT_MS)]);
  const startedMs = performance.now();
  const directory = new ReportDirectory(path);
  const schedule = drawMutantSchedule(scenario, { seed, calm });
  directory.writeJson(SCHEDULE_FILE, scheduleFile([schedule]));
  const judgement: Judgement = {
    name: scenario.name,
    history: [],
    state: null,
    exercises: calm ? [] : exercises,
    requiredEvidence: calm ? [] : scenario.evidence,
    control: 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 0,
    historyPath: directory.historyPath,
  };
  const { topology } = schedule;
  const habits = new Habits(names);
  const options = { shop, topology, schedules: [schedule], directory, signal, progress: ignored };
  try {
    await onStage({ ...options, habits, settleLimitMs: SETTLE_LIMIT_MS }, async (stage) => {
      judgement.history = stage.history;
      await change(stage.adminUrl, sql);
      const run = stage.run(schedule);
      await perform(run, scenario.pace ?? 'flow');
      judgement.state = await stage.end([run]);
      judgement.trouble.push(...stage.trouble());
    });
  } catch (error) {
    const hasBegun = judgement.history.length > 0;
    if (error instanceof EnvironmentError && !hasBegun && !signal.aborted) throw error;
    judgement.trouble.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const report = judge(judgement);
  directory.writeJson('report.json', report);
  const hits = new Map([...hitsIn(join(directory.dataDir, 'logs')), ...habits.followed]);
  // Some fifty megabytes a play. Where it isn't known what happened, the logs are wanted.
  if (report.verdict !== 'unknown') await directory.removeData();
  return {
    verdict: report.verdict,
    invalidBy: [...new Set(report.violations.map(({ checker }) => checker))],
    reasons: [
      ...report.reasons,
      ...report.violations.map(({ checker, message }) => `${checker}: ${message}`),
    ],
    hits,
    acknowledged: report.acknowledged,
    durationMs: performance.now() - startedMs,
    directory: path,
  };
}

async function change(adminUrl: string, sql: readonly string[]): Promise<void> {
  if (sql.length === 0) return;
  await using observer = await Observer.connect({ adminUrl, name: 'sabotage' });
  for (const statement of sql) await observer.run(statement);
}

/** Each process writes a line when it comes by a bug that was put in (`src/sabotage/hit.ts`). */
function hitsIn(logs: string): Map<string, number> {
  const hits = new Map<string, number>();
  for (const file of readdirSync(logs)) {
    for (const line of readFileSync(join(logs, file), 'utf8').split('\n')) {
      if (!line.startsWith('{"msg":"sabotage"')) continue;
      const { sabotage } = JSON.parse(line) as { sabotage: string };
      hits.set(sabotage, (hits.get(sabotage) ?? 0) + 1);
    }
  }
  return hits;
}

function ignored(): void {}
