import type { FailpointName } from '../idempotency/index.ts';

/**
 * What a process of a chaos build tells the harness at each boundary of the protocol: the body of a POST
 * to `FAILPOINTS_URL`. Engine facts only. The harness knows whose key it is.
 */
export interface FailpointReport {
  readonly point: FailpointName;
  /** The step's name; `settle` for the settlement; null where no step is meant. */
  readonly step: string | null;
  readonly operationId: string | null;
  readonly key: string;
  readonly scope: string;
  readonly procedure: string;
  readonly fence: number | null;
  /** `web-1`, `worker-1`, … */
  readonly node: string;
  readonly pid: number;
}

/**
 * What the process then does. It stands still until it is answered, so to hold it is to answer later. A
 * harness that is gone, or that answers anything else than 200, holds up nobody.
 */
export interface FailpointOrder {
  /** `crash`: SIGKILL to itself, so that not one more statement of it runs. */
  readonly do: 'go' | 'crash';
}
