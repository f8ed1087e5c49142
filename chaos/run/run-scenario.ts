import { controlReport, dropGuard } from '../control/control.ts';
import type { ControlReport, ScenarioReport } from '../report/report.ts';
import type { RunOptions, RunScenario } from '../scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import type { ShopScenario } from '../scenarios/scenario.ts';
import { judge } from '../verdict.ts';
import type { Judgement } from '../verdict.ts';
import { ReportDirectory } from './report-directory.ts';
import { drawSchedule } from './schedule.ts';
import type { Part, Schedule } from './schedule.ts';
import { onStage } from './stage.ts';

/** Seeded products that have stock for every run. */
const SKUS = [
  'MUG-HARBOUR',
  'PLATE-SALTMARSH',
  'VASE-LOW-TIDE',
  'BOWL-DUNE',
  'CUP-PEBBLE',
  'MUG-NIGHT-FERRY',
  'VASE-SINGLE-STEM',
  'PLATE-CRUMB',
];

/** The long form does everything so many times. */
const ROUNDS_OF_LONG_FORM = 3;

/**
 * Violations are planted once a command, into the first run that came out valid: it shows that this oracle
 * can say no on real data, and that is the same oracle and the same kind of data in every scenario.
 */
let hasPlanted = false;

/** Runs a scenario for real, then its control, and judges. */
export const runScenario: RunScenario = async (name, options) => {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
  const startedMs = performance.now();
  const directory = new ReportDirectory(options.seed, name);
  const controlDirectory = new ReportDirectory(options.seed, name, 'control');

  const real = await runForReal(scenario, options, directory);
  const trouble = [...real.trouble];
  const control = scenario.control
    ? await runControl(scenario, options, controlDirectory).catch((error: unknown) => {
        if (options.signal.aborted) throw error;
        // A crashed control takes nothing back that the real run has shown.
        trouble.push(`the control crashed: ${error instanceof Error ? error.stack : String(error)}`);
        return null;
      })
    : 'not-asked';
  const report: ScenarioReport = judge({
    ...real,
    control,
    trouble,
    durationMs: performance.now() - startedMs,
  });

  directory.writeJson('report.json', report);
  if (report.verdict === 'valid') await Promise.all([directory.removeData(), controlDirectory.removeData()]);
  return report;
};

/** Everything but the control, and how long it took. */
function runForReal(
  scenario: ShopScenario,
  options: RunOptions,
  directory: ReportDirectory,
): Promise<Judgement> {
  const { signal, smoke, progress } = options;
  const schedule = draw(scenario, 'protected', options);
  return onStage(
    scenario,
    { build: 'production', schedules: [schedule], directory, signal },
    async (stage) => {
      progress(`${schedule.intents.length} intents`);
      const run = stage.run(schedule);
      await scenario.drive(run);
      progress('healing, settling, reading');
      const state = await stage.end([run]);
      const judgement: Judgement = {
        name: scenario.name,
        history: stage.history,
        state,
        exercises: scenario.exercises,
        requiredEvidence: scenario.requiredEvidence,
        control: 'not-asked',
        planted: null,
        trouble: [],
        durationMs: 0,
        historyPath: directory.historyPath,
      };
      if (!smoke || hasPlanted || judge(judgement).verdict !== 'valid') return judgement;
      hasPlanted = true;
      progress('planting violations');
      return { ...judgement, planted: await stage.plant(state) };
    },
  );
}

/** The same with the protection off: first without the fault, then with it, in one database of its own. */
function runControl(
  scenario: ShopScenario,
  options: RunOptions,
  directory: ReportDirectory,
): Promise<ControlReport> {
  const { signal, progress } = options;
  const calm = draw(scenario, 'control-without-fault', options);
  const stormy = draw(scenario, 'control-with-fault', options);
  const schedules = [calm, stormy];
  return onStage(scenario, { build: 'control', schedules, directory, signal }, async (stage) => {
    progress('the control: protection off');
    await dropGuard(stage.adminUrl);
    const runs = schedules.map((schedule) => stage.run(schedule));
    for (const run of runs) await scenario.drive(run);
    const state = await stage.end(runs);
    return controlReport(stage.history, state, { calm, stormy });
  });
}

function draw(scenario: ShopScenario, part: Part, { seed, smoke }: RunOptions): Schedule {
  const { name, hits } = scenario;
  const { webNodes } = scenario.topology;
  const rounds = smoke || part !== 'protected' ? 1 : ROUNDS_OF_LONG_FORM;
  return drawSchedule({ seed, scenario: name, part, hits, rounds, webNodes, skus: SKUS });
}
