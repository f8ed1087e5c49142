import type { ManagedProcess } from '../../stack/index.ts';
import type { DatabaseCanary } from '../canary/database-canary.ts';
import type { Quirks } from '../clients/quirks.ts';
import type { CommitLog } from '../commit-log/commit-log.ts';
import type { ExactPoints } from '../points/exact-points.ts';
import type { FailpointServer } from '../points/failpoint-server.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';
import type { ShopWatch } from '../topology/shop-watch.ts';
import type { OpenOperation } from '../topology/open-operation.ts';
import type { Links } from './link/links.ts';

/** What faults may touch and look at. Each uses the part that its family is about. */
export interface Site {
  readonly links: Links;
  readonly points: ExactPoints;
  /** Boundaries inside the shop's processes; only those of a chaos build come by. */
  readonly failpoints: FailpointServer;
  readonly commitLog: CommitLog;
  readonly watch: Pick<ShopWatch, 'arrivals' | 'attempts'>;
  /** A superuser's address and the shop's own, past every link. */
  readonly database: { readonly adminUrl: string; readonly appUrl: string };
  process(name: string): ManagedProcess;
  /** A bird on a database link, which tells the directions apart; null on any other link. */
  databaseCanary(link: string): Promise<DatabaseCanary | null>;
  intent(nonce: string): PlannedIntent;
  /** The intent of a customer: each has one. */
  intentOf(customer: string): PlannedIntent;
  /** What is wrong with a customer's own machine. */
  quirks(customer: string): Quirks;
  /** What is under way in the shop at this moment. */
  operations(): Promise<OpenOperation[]>;
  /** The purchases that began at that event of the history or later, and are over. */
  overSince(index: number): OpenOperation[];
}
