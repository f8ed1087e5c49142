import type { Pair } from './attempts.ts';
import type { HistoryEvent } from './event.ts';
import { faultWindowsOf } from './fault-windows.ts';
import type { FaultWindow } from './fault-windows.ts';

/** The shop as a run begins with it, and as a deployment brings it (`faults/process/redeploy.ts`). */
export type Release = 'first' | 'next';

/**
 * What the next release tells of an order beyond the first, of all who never asked for it. Written down here
 * and not imported: the bytes of an answer are judged by it.
 */
export const TOLD_BY_NEXT = { giftWrapped: false } as const;

/** Whether an answer is in the form of the next release. */
export function isInNextForm(order: unknown): boolean {
  return (
    typeof order === 'object' && order !== null && Object.keys(TOLD_BY_NEXT).some((name) => name in order)
  );
}

/**
 * Says of each attempt which releases its answer may come from. That is known from the harness's own doing,
 * not from the answer: it has replaced the node itself. While that was being done, it may be either.
 */
export function releasesIn(history: readonly HistoryEvent[]): (attempt: Pair) => readonly Release[] {
  const replaced = new Map<string, FaultWindow>();
  for (const window of faultWindowsOf(history)) {
    const { fault, target } = window;
    if (fault === 'redeploy' && target !== null && !replaced.has(target)) replaced.set(target, window);
  }
  const nodes = nodesIn(history);
  // What a schedule left undone of a deployment is done then.
  const healingNs = history.find((event) => event.type === 'phase' && event.phase === 'healing')?.monoNs;
  return ({ invoke, completion }) => {
    if (replaced.size === 0) return ['first'];
    const node = invoke.to === null ? null : (nodes.get(invoke.to) ?? invoke.to);
    const endNs = completion?.monoNs ?? Number.POSITIVE_INFINITY;
    if (node === null) return ['first', 'next'];
    const window = replaced.get(node);
    if (window === undefined)
      return endNs < (healingNs ?? Number.POSITIVE_INFINITY) ? ['first'] : ['first', 'next'];
    if (endNs < window.fromNs) return ['first'];
    return invoke.monoNs > window.toNs ? ['next'] : ['first', 'next'];
  };
}

/** The web node behind each address that attempts are sent to. */
function nodesIn(history: readonly HistoryEvent[]): ReadonlyMap<string, string> {
  const workload = history.find((event) => event.type === 'phase' && event.phase === 'workload');
  const { nodes = {} } = (workload?.value ?? {}) as { nodes?: Record<string, string> };
  return new Map(Object.entries(nodes));
}
