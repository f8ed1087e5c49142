import { EnvironmentError } from '../environment-error.ts';
import { Nemesis } from '../faults/index.ts';
import { OBSERVATIONS_FILE } from '../observations.ts';
import { progressOf } from '../progress.ts';
import { performAround } from '../run/driver.ts';
import { Evidence } from '../run/evidence.ts';
import { ReportDirectory, STATE_FILE } from '../run/report-directory.ts';
import { whyItBrokeOff } from '../run/run-scenario.ts';
import type { RunOptions, RunScenario } from '../scenario.ts';
import { faultsThatBit } from '../scenarios/sights/faults-that-bit.ts';
import { SCHEDULE_FILE, scheduleFile } from '../schedule/schedule-file.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { RunClock } from '../topology/clock.ts';
import { StallMonitor } from '../topology/stall-monitor.ts';
import { WaitedInVain } from '../topology/until.ts';
import { judge } from '../verdict.ts';
import type { Judgement } from '../verdict.ts';
import { benchOf } from './app-bench.ts';
import { AppLinks } from './app-links.ts';
import { AppMistake } from './app-mistake.ts';
import type { App } from './app.ts';
import { drawApp } from './draw-app.ts';
import type { DrawAppOptions } from './draw-app.ts';
import { Party } from './party.ts';
import { readRows } from './read-rows.ts';
import { healSettleAndReadApp } from './settle-app.ts';

/** Its nodes accept connections, so they answer. */
const FIRST_CANARY_LIMIT_MS = 5_000;

/**
 * Plays an app that runs already, as scenarios of the shop are played: customers, faults on its links, a
 * final read by its ledger adapter, the same checkers as far as they have something to look at.
 */
export function playerOf(app: App, described: DrawAppOptions): RunScenario {
  return async (name, options) => {
    const startedMs = performance.now();
    const directory = new ReportDirectory(options.directory);
    const schedule = options.schedules?.[0] ?? drawApp(app, options.seed, described);
    directory.writeJson(SCHEDULE_FILE, scheduleFile([schedule]));
    const judgement: Judgement = {
      name,
      history: [],
      state: null,
      exercises: [],
      requiredEvidence: [faultsThatBit.name],
      control: 'not-asked',
      planted: null,
      trouble: [],
      durationMs: 0,
      historyPath: directory.historyPath,
    };
    try {
      await playApp({ app, allowRemote: described.allowRemote, schedule, directory, judgement, options });
    } catch (error) {
      const hasBegun = judgement.history.length > 0;
      if (!hasBegun && !options.signal.aborted) throw asEnvironment(error);
      judgement.trouble.push(whyItBrokeOff(error, options.signal));
    }
    options.progress({ type: 'phase', phase: 'judging' });
    const report = judge({ ...judgement, durationMs: performance.now() - startedMs });
    for (const { checker, verdict } of report.checkers)
      options.progress({ type: 'checked', checker, verdict });
    if (report.verdict === 'valid') await directory.removeData();
    return report;
  };
}

interface Play {
  app: App;
  allowRemote: boolean;
  schedule: Schedule;
  directory: ReportDirectory;
  judgement: Judgement;
  options: RunOptions;
}

async function playApp({ app, allowRemote, schedule, directory, judgement, options }: Play): Promise<void> {
  const { progress, signal } = options;
  const { history, clock } = RunClock.begin(directory.historyPath, (event) => {
    const seen = progressOf(event);
    if (seen !== null) progress(seen);
  });
  try {
    await using links = await AppLinks.open({ app, allowRemote, dataDir: directory.dataDir, clock });
    await links.canariesPass(FIRST_CANARY_LIMIT_MS);
    const before = await readRows(app);
    judgement.bench = benchOf(app, { hasCharges: before.charges !== undefined });
    judgement.history = history.events;
    progress({ type: 'part', part: schedule.part, purchases: schedule.intents.length });
    using stalls = new StallMonitor();
    const evidence = new Evidence(history);
    const party = new Party({ app, schedule, links, history, signal });
    const nemesis = new Nemesis(party.site, history);
    await using ending = new AsyncDisposableStack();
    ending.defer(() => directory.writeJson(OBSERVATIONS_FILE, links.observations()));
    ending.defer(() => nemesis.healAll().catch(() => undefined));

    history.phase('workload');
    const run = { schedule, history, evidence, signal, nemesis, site: party.site };
    await performAround(run, party.watch.hasCome, (around) => party.play(around));
    faultsThatBit.look(run);
    const state = await healSettleAndReadApp({ ...run, app, links, party, stalls, before });
    directory.writeJson(STATE_FILE, state);
    judgement.state = state;
    judgement.trouble.push(...links.trouble);
  } finally {
    history.close();
  }
}

/** Nothing has been done yet, and nothing can be. */
function asEnvironment(error: unknown): unknown {
  return error instanceof AppMistake || error instanceof WaitedInVain
    ? new EnvironmentError(error.message, { cause: error })
    : error;
}
