import { controlReport, dropGuard } from '../control/control.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { ControlReport, ScenarioReport } from '../report/report.ts';
import type { RunOptions, RunScenario } from '../scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import type { ShopScenario } from '../scenarios/scenario.ts';
import { SCHEDULE_FILE, scheduleFile } from '../schedule/schedule-file.ts';
import type { Part, Schedule } from '../schedule/schedule.ts';
import { PRODUCTION, sabotaged } from '../topology/shop-variant.ts';
import { judge } from '../verdict.ts';
import type { Judgement } from '../verdict.ts';
import { ReportDirectory } from './report-directory.ts';
import type { Run } from './run.ts';
import { soak } from './soak.ts';
import { onStage } from './stage.ts';

/**
 * Violations are planted once a command, into the first run that came out valid: it shows that this oracle
 * can say no on real data, and that is the same oracle and the same kind of data in every scenario.
 */
let hasPlanted = false;

/** All that chance decides of one play: drawn, or a saved one's. */
interface Plan {
  real: Schedule;
  /** Null where the scenario has no control, or nobody asked for it. */
  control: { calm: Schedule; stormy: Schedule } | null;
}

/** Runs a scenario for real, then its control, and judges. Only what can't be run here at all is thrown. */
export const runScenario: RunScenario = async (name, options) => {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
  const startedMs = performance.now();
  const directory = new ReportDirectory(options.directory);
  if (scenario.soaks === true) return soakAndTidy(scenario, directory, options);
  const plan = planOf(scenario, options);
  const { real, control } = plan;
  directory.writeJson(
    SCHEDULE_FILE,
    scheduleFile(control === null ? [real] : [real, control.calm, control.stormy]),
  );

  const judgement = await runForReal(scenario, real, directory, options);
  if (judgement.state !== null && control !== null) {
    const { trouble } = judgement;
    judgement.control = await runControl(scenario, control, directory.part('control'), {
      ...options,
      trouble,
    }).catch((error: unknown) => {
      // A control that broke off takes nothing back that the real run has shown.
      trouble.push(`its control broke off: ${whyItBrokeOff(error, options.signal)}`);
      return null;
    });
  }
  options.progress({ type: 'phase', phase: 'judging' });
  const report = judge({ ...judgement, durationMs: performance.now() - startedMs });
  if (report.verdict === 'valid')
    await Promise.all([directory, directory.part('control')].map((each) => each.removeData()));
  return report;
};

async function soakAndTidy(
  scenario: ShopScenario,
  directory: ReportDirectory,
  options: RunOptions,
): Promise<ScenarioReport> {
  const report = await soak(scenario, directory, options);
  if (report.verdict === 'valid') await directory.removeData();
  return report;
}

/** Everything but the control. A run that broke off is judged by what it had come to. */
async function runForReal(
  scenario: ShopScenario,
  schedule: Schedule,
  directory: ReportDirectory,
  { signal, smoke, progress, weakening }: RunOptions,
): Promise<Judgement> {
  const judgement: Judgement = {
    name: scenario.name,
    history: [],
    state: null,
    exercises: scenario.exercises,
    requiredEvidence: scenario.requiredEvidence,
    control: 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 0,
    historyPath: directory.historyPath,
  };
  progress({ type: 'part', part: schedule.part, purchases: schedule.intents.length });
  const { topology } = schedule;
  const options = {
    shop: weakening.sabotage.length === 0 ? PRODUCTION : sabotaged(...weakening.sabotage),
    topology,
    schedules: [schedule],
    directory,
    signal,
    progress,
  } as const;
  try {
    await onStage(options, async (stage) => {
      // Before anything can go wrong: what there is of it is judged.
      judgement.history = stage.history;
      if (weakening.withoutGuard) await dropGuard(stage.adminUrl);
      const run = stage.run(schedule);
      await drive(scenario, run);
      judgement.state = await stage.end([run]);
      judgement.trouble.push(...stage.trouble());
      const { checkers, verdict } = judge(judgement);
      for (const { checker, verdict } of checkers) progress({ type: 'checked', checker, verdict });
      if (!smoke || hasPlanted || verdict !== 'valid') return;
      hasPlanted = true;
      progress({ type: 'phase', phase: 'planting' });
      judgement.planted = await stage.plant(judgement.state);
    });
  } catch (error) {
    const hasBegun = judgement.history.length > 0;
    if (error instanceof EnvironmentError && !hasBegun && !signal.aborted) throw error;
    judgement.trouble.push(whyItBrokeOff(error, signal));
  }
  return judgement;
}

/** The same with the protection off: first without the fault, then with it, in one database of its own. */
function runControl(
  scenario: ShopScenario,
  { calm, stormy }: { calm: Schedule; stormy: Schedule },
  directory: ReportDirectory,
  { signal, progress, trouble }: RunOptions & { trouble: string[] },
): Promise<ControlReport> {
  const schedules = [calm, stormy];
  const { topology } = calm;
  const options = {
    shop: sabotaged('unprotected'),
    topology,
    schedules,
    directory,
    signal,
    progress,
  } as const;
  return onStage(options, async (stage) => {
    await dropGuard(stage.adminUrl);
    const runs = schedules.map((schedule) => stage.run(schedule));
    for (const run of runs) {
      const { part, intents } = run.schedule;
      progress({ type: 'part', part, purchases: intents.length });
      await drive(scenario, run);
    }
    const state = await stage.end(runs);
    trouble.push(...stage.trouble());
    return controlReport(stage.history, state, { calm, stormy });
  });
}

/**
 * A scenario that lost its Toxiproxy ends there, and what it did until then is healed, read and judged
 * all the same: a violation counts, and anything else is unknown.
 */
async function drive(scenario: ShopScenario, run: Run): Promise<void> {
  try {
    await scenario.drive(run);
  } catch (error) {
    const hasLostToxiproxy = run.topology.trouble.length > 0;
    if (!hasLostToxiproxy || run.signal.aborted) throw error;
  }
}

/** Drawn from the seed, or what was saved: of that a control may be missing, and then there is none. */
function planOf(scenario: ShopScenario, options: RunOptions): Plan {
  const { schedules: saved, seed, smoke } = options;
  const take = (part: Part) =>
    saved === null
      ? scenario.draw({ seed, part, smoke })
      : (saved.find((each) => each.part === part) ?? null);
  const real = take('protected');
  if (real === null) throw new Error(`There is no schedule to play ${scenario.name} by.`);
  if (!scenario.control || !options.control) return { real, control: null };
  const calm = take('control-without-fault');
  const stormy = take('control-with-fault');
  return { real, control: calm === null || stormy === null ? null : { calm, stormy } };
}

/** As a reason for being unknown. */
export function whyItBrokeOff(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'it was interrupted';
  return `the harness crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
