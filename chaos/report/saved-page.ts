import { FAULTS } from '../faults/catalogue.ts';
import { savedRuns } from '../saved/run-list.ts';
import type { SavedRun } from '../saved/saved-run.ts';
import { sumOfGrids } from './analysis/fault-phase-grid.ts';
import type { GridSums } from './html/grid.ts';
import { comparisonPage, runPage } from './html/page.ts';
import { savedPlayView } from './run-view.ts';
import type { PlayView } from './run-view.ts';
import type { RunRecord } from '../saved/run-record.ts';

/** The page of a run, from what was saved of it and of those before it. */
export function savedRunPage(run: SavedRun, reportsDir: string): string {
  const views = new Map<string, PlayView>();
  for (const { name } of run.record.plays) {
    const view = savedPlayView(run.playPath(name));
    if (view !== null) views.set(name, view);
  }
  const runs = savedRuns(reportsDir).map(({ record }) => record);
  const { record } = run;
  return runPage({ record, report: run.report(), views, grid: gridsOf(record, runs), runs });
}

/** All saved runs side by side. */
export function savedComparisonPage(reportsDir: string): string {
  const runs = savedRuns(reportsDir).map(({ record }) => record);
  return comparisonPage(runs, gridsOf(null, runs));
}

function gridsOf(record: RunRecord | null, runs: readonly RunRecord[]): GridSums {
  const of = ({ plays }: RunRecord) => sumOfGrids(plays.flatMap(({ grid }) => (grid === null ? [] : [grid])));
  return {
    run: record === null ? null : of(record),
    ever: sumOfGrids(runs.map(of)),
    runs: runs.length,
    faults: FAULTS.map(({ name }) => name),
  };
}
