import type { Habits } from '../clients/habits.ts';
import type { FinalState } from '../final-state.ts';
import type { HistoryEvent } from '../history/event.ts';
import { plantedViolations } from '../planted/pipeline.ts';
import type { PlantedReport } from '../report/report.ts';
import { OBSERVATIONS_FILE } from '../observations.ts';
import { progressOf } from '../progress.ts';
import type { RunOptions } from '../scenario.ts';
import { SKUS } from '../schedule/draw-intent.ts';
import { productsOf } from '../schedule/draw.ts';
import type { Schedule, TopologyPlan } from '../schedule/schedule.ts';
import { RunClock } from '../topology/clock.ts';
import type { ShopVariant } from '../topology/shop-variant.ts';
import { StallMonitor } from '../topology/stall-monitor.ts';
import { Topology } from '../topology/topology.ts';
import { Evidence } from './evidence.ts';
import { healSettleAndRead } from './final-phase.ts';
import { STATE_FILE } from './report-directory.ts';
import type { ReportDirectory } from './report-directory.ts';
import { Run } from './run.ts';

/** Of each of the shop's own products, when a run begins after another. */
const RESTOCKED = 300;

/** A topology that runs, for whoever drives a scenario on it. */
export interface Stage {
  history: readonly HistoryEvent[];
  /** Superuser, unproxied. */
  adminUrl: string;
  run(schedule: Schedule): Run;
  /** What was done to the harness itself, a sentence each: then the run proves nothing. */
  trouble(): readonly string[];
  /** The final phase. Nothing can be run after it, unless it is begun anew. */
  end(runs: readonly Run[]): Promise<FinalState>;
  /** After an end: the same topology again, for a run of which nothing of the last one is remembered. */
  beginAnew(schedule: Schedule): Promise<Run>;
  /** After the end: plants violations in copies of what there is. */
  plant(state: FinalState): Promise<PlantedReport[]>;
}

export interface StageOptions extends Pick<RunOptions, 'signal' | 'progress'> {
  shop: ShopVariant;
  topology: TopologyPlan;
  /** Those that will be played: their own products are stocked. */
  schedules: readonly Schedule[];
  directory: ReportDirectory;
  /** How long after healing everything may take to settle; default `SETTLE_LIMIT_MS`. */
  settleLimitMs?: number;
  /** What is wrong with the customers' own software; default: nothing. */
  habits?: Habits;
}

/** Starts a topology, works on it, and ends it. What is known is saved, whatever happens. */
export async function onStage<R>(
  { shop, topology: plan, schedules, directory, settleLimitMs, habits, signal, progress }: StageOptions,
  work: (stage: Stage) => Promise<R>,
): Promise<R> {
  const { history, clock } = RunClock.begin(directory.historyPath, (event) => {
    const seen = progressOf(event);
    if (seen !== null) progress(seen);
  });
  try {
    await using topology = await Topology.start({
      dataDir: directory.dataDir,
      shop,
      ...plan,
      history,
      clock,
      products: productsOf(schedules),
    });
    const { stack } = topology;
    const { adminUrl } = stack.postgres;
    using stalls = new StallMonitor();
    let evidence = new Evidence(history);
    history.phase('workload', { nodes: topology.nodesByAddress });
    await using ending = new AsyncDisposableStack();
    // However it ends: what broke off is looked at too, and leaves no link broken.
    ending.defer(() => directory.writeJson(OBSERVATIONS_FILE, topology.observations()));
    const runs: Run[] = [];
    ending.defer(async () => {
      for (const { nemesis } of runs) await nemesis.healAll().catch(() => undefined);
    });
    const run = (schedule: Schedule) => {
      const begun = new Run({ schedule, topology, history, clock, evidence, signal, habits });
      runs.push(begun);
      return begun;
    };
    return await work({
      get history() {
        return history.events;
      },
      adminUrl,
      run,
      async beginAnew(schedule) {
        history.beginAnew();
        evidence = new Evidence(history);
        runs.length = 0;
        stalls.reset();
        await topology.beginAnew(
          schedule.products,
          SKUS.map((sku) => ({ sku, stock: RESTOCKED })),
        );
        history.phase('workload', { nodes: topology.nodesByAddress });
        return run(schedule);
      },
      trouble: () => topology.trouble,
      end: async (ended) => {
        const state = await healSettleAndRead(ended, stalls, settleLimitMs);
        directory.writeJson(STATE_FILE, state);
        return state;
      },
      plant: async (state) => {
        await topology.letGoOfDatabase();
        return plantedViolations({ adminUrl, sandboxUrl: stack.sandbox.url, history: history.events, state });
      },
    });
  } finally {
    history.close();
  }
}
