import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioReport } from '../report/report.ts';
import type { RunOptions } from '../scenario.ts';
import type { ShopScenario } from '../scenarios/scenario.ts';
import { SCHEDULE_FILE, scheduleFile } from '../schedule/schedule-file.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { PRODUCTION } from '../topology/shop-variant.ts';
import { judge } from '../verdict.ts';
import type { Judgement } from '../verdict.ts';
import { HISTORY_FILE, STATE_FILE } from './report-directory.ts';
import type { ReportDirectory } from './report-directory.ts';
import { SettledRows } from './settled-rows.ts';
import { SoakTotals } from './soak-totals.ts';
import { onStage } from './stage.ts';
import type { Stage } from './stage.ts';

/** Without a time of its own: enough to see that a round follows a round. */
const ROUNDS_MIN = 3;

/** What a round leaves, and is kept of one that wasn't green. */
const FILES = [HISTORY_FILE, STATE_FILE, SCHEDULE_FILE];

/**
 * Plays round after round on one topology, until its time is over: the same database, the same provider, with
 * all that earlier rounds have left in them. Each round is a whole run with its own schedule, its own final read
 * and its own verdict; what was judged is remembered by its hashes alone, so that hours need little memory.
 *
 * The files in the play's directory are the last round's. Those of a round that wasn't green are kept in
 * `rounds/<number>`, and its schedule can be played again.
 */
export async function soak(
  scenario: ShopScenario,
  directory: ReportDirectory,
  options: RunOptions,
): Promise<ScenarioReport> {
  const { signal, progress, forMs } = options;
  const beganMs = performance.now();
  const isOver = (rounds: number) =>
    signal.aborted || (forMs === null ? rounds >= ROUNDS_MIN : performance.now() - beganMs >= forMs);
  const totals = new SoakTotals(scenario);
  const schedules = schedulesOf(scenario, options);
  const first = schedules.next().value;
  if (first === undefined) throw new Error(`There is no schedule to play ${scenario.name} by.`);

  const stageOptions = {
    shop: PRODUCTION,
    topology: first.topology,
    schedules: [first],
    directory,
    signal,
    progress,
  };
  await onStage(stageOptions, async (stage) => {
    const settled = new SettledRows();
    let schedule: Schedule | undefined = first;
    for (let round = 1; schedule !== undefined; round += 1) {
      directory.writeJson(SCHEDULE_FILE, scheduleFile([schedule]));
      progress({ type: 'part', part: schedule.part, purchases: schedule.intents.length });
      const report = await playRound(scenario, stage, { schedule, settled, isFirst: round === 1 });
      totals.add(round, report);
      if (report.verdict !== 'valid') keepFiles(directory, round);
      // A round without a final read leaves a topology of which nobody knows anything.
      if (report.unread || isOver(round)) return;
      schedule = schedules.next().value;
    }
  });
  return totals.report(performance.now() - beganMs, directory.historyPath);
}

interface Round {
  schedule: Schedule;
  settled: SettledRows;
  isFirst: boolean;
}

async function playRound(
  scenario: ShopScenario,
  stage: Stage,
  { schedule, settled, isFirst }: Round,
): Promise<ScenarioReport & { unread: boolean }> {
  const startedMs = performance.now();
  const judgement: Judgement = {
    name: scenario.name,
    history: [],
    state: null,
    exercises: scenario.exercises,
    // Asked of all rounds together.
    requiredEvidence: [],
    control: 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 0,
    historyPath: null,
  };
  try {
    const run = isFirst ? stage.run(schedule) : await stage.beginAnew(schedule);
    await scenario.drive(run);
    const whole = await stage.end([run]);
    const { state, gone } = settled.since(whole);
    settled.settle(whole);
    judgement.state = state;
    if (gone > 0) judgement.trouble.push(`${gone} rows of earlier rounds have changed or are gone`);
  } catch (error) {
    judgement.trouble.push(
      `it broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  judgement.history = stage.history;
  judgement.trouble.push(...stage.trouble());
  const report = judge({ ...judgement, durationMs: performance.now() - startedMs });
  return { ...report, unread: judgement.state === null };
}

/** Drawn round by round, each from a seed of its own, all on the first one's topology; or those that were saved. */
function* schedulesOf(
  scenario: ShopScenario,
  { schedules, seed, smoke }: RunOptions,
): Generator<Schedule, undefined> {
  if (schedules !== null) {
    yield* schedules;
    return;
  }
  const first = scenario.draw({ seed, part: 'protected', smoke });
  yield first;
  for (let round = 2; ; round += 1) {
    yield scenario.draw({ seed: `${seed}.${round}`, part: 'protected', smoke, topology: first.topology });
  }
}

function keepFiles(directory: ReportDirectory, round: number): void {
  const kept = join(directory.path, 'rounds', String(round));
  mkdirSync(kept, { recursive: true });
  for (const file of FILES) {
    const path = join(directory.path, file);
    if (existsSync(path)) cpSync(path, join(kept, file));
  }
}
