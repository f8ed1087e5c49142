import type { FinalState } from '../final-state.ts';
import type { HistoryEvent } from '../history/event.ts';
import { readPlay } from './analysis/saved-play.ts';
import { faultPhaseGrid } from './analysis/fault-phase-grid.ts';
import type { GridCount } from './analysis/fault-phase-grid.ts';
import { operationsOf } from './analysis/operations.ts';
import type { OperationStory, PlayData } from './analysis/operations.ts';
import { seriesOf } from './analysis/series.ts';
import type { Series } from './analysis/series.ts';

/** A play, as far as it was saved, made ready to be drawn. */
export interface PlayView {
  history: readonly HistoryEvent[];
  state: FinalState | null;
  operations: OperationStory[];
  series: Series;
  grid: GridCount[];
}

export function playView(data: PlayData): PlayView {
  const { history, state } = data;
  const operations = operationsOf(data);
  return {
    history,
    state,
    operations,
    series: seriesOf(history, operations),
    grid: faultPhaseGrid(history, operations),
  };
}

/** Null where the histories are gone. */
export function savedPlayView(directory: string): PlayView | null {
  const data = readPlay(directory);
  return data === null ? null : playView(data);
}
