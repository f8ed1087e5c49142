import type { Fault } from './fault.ts';

/** What becomes of the bytes that were on their way. */
export type Afterwards =
  /** Nothing of it ever arrives, and the connections end: a dead line. */
  | 'dropped'
  /** All of it arrives once the fault is healed, however late: what TCP does when a line comes back. */
  | 'delivered';

/**
 * Nothing passes, in either direction, on connections that are open and on new ones. Nobody is told: a
 * connection can be opened, and then there is silence.
 */
export function partition(afterwards: Afterwards): Fault {
  const silence =
    afterwards === 'dropped'
      ? ({ type: 'timeout', attributes: { timeout: 0 } } as const)
      : ({ type: 'bandwidth', attributes: { rate: 0 } } as const);
  return {
    name: `partition-${afterwards}`,
    effect: `nothing passes in either direction; what was sent meanwhile is ${afterwards} on healing`,
    toxics: [
      { stream: 'upstream', ...silence },
      { stream: 'downstream', ...silence },
    ],
  };
}
