import type { DatabaseCanary } from '../canary/database-canary.ts';
import type { FaultDetails } from '../history/recorder.ts';
import type { CommitLog } from '../commit-log/commit-log.ts';
import type { ExactPoints } from '../points/exact-points.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';
import type { OpenOperation } from '../topology/open-operation.ts';
import type { Links } from './link/links.ts';

/** What faults may touch and look at. Each uses the part that its family is about. */
export interface Site {
  readonly links: Links;
  readonly points: ExactPoints;
  readonly commitLog: CommitLog;
  /** A bird on a database link, which tells the directions apart; null on any other link. */
  databaseCanary(link: string): Promise<DatabaseCanary | null>;
  intent(nonce: string): PlannedIntent;
  /** What is under way in the shop at this moment. */
  operations(): Promise<OpenOperation[]>;
  /** Something was seen that only this fault can have made. */
  seen(what: string, details: Omit<FaultDetails, 'fault'>): void;
}
