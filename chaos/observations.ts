import type { Arrival } from './arrivals/tcp-recorder.ts';

/** The name of the file beside a history. */
export const OBSERVATIONS_FILE = 'observations.json';

/**
 * What the harness saw beside the history: for whoever reads a run, not for the checkers. Times are of
 * the history's clock.
 */
export interface Observations {
  /** Where each link listened: a request's address (`to` in the history) names its link by it. */
  links: { name: string; listenPort: number }[];
  /** Every request that reached a node, in the order of arrival. */
  arrivals: Arrival[];
  /** False when something on an edge was no HTTP/1.1: requests may be missing from the list. */
  arrivalsAreComplete: boolean;
}
