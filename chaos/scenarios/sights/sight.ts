import type { Run } from '../../run/run.ts';

/**
 * Something that only a fault can have made, looked for once the customers have gone: in the commit log, at
 * the wire, in the history. Never in the product's own counters.
 */
export interface Sight {
  /** As the evidence is called. */
  name: string;
  look(run: Run): void | Promise<void>;
}
