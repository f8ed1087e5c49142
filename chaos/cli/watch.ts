import type { ProgressEvent } from '../progress.ts';
import type { PlayReport } from '../report/report.ts';
import type { Play } from './plays.ts';

/** Shows a run while it goes on. */
export interface RunWatch {
  /** `number` is the play's place in the run, from 1 on; `of` how many there will be, null if nobody knows. */
  begin(play: Play, place: { number: number; of: number | null }): void;
  event(event: ProgressEvent): void;
  end(report: PlayReport): void;
  /** Nothing follows: whatever was drawn is taken off, so that the reports stand below nothing. */
  close(): void;
}
