import type { FinalState } from './final-state.ts';
import { pairsOf } from './history/attempts.ts';
import type { Pair } from './history/attempts.ts';
import type { HistoryEvent } from './history/event.ts';
import { faultWindowsOf, isUnderFault } from './history/fault-windows.ts';
import type { LivenessReport, Served } from './report/report.ts';

/**
 * How well the shop served while something was broken, and how soon it was at rest after healing. These
 * are numbers, not verdicts: a shop that refuses everybody during a fault is safe, and shows here.
 */
export function livenessOf(history: readonly HistoryEvent[], state: FinalState | null): LivenessReport {
  const windows = faultWindowsOf(history);
  const underFault = (pairs: readonly Pair[]): Served => {
    const hit = pairs.filter(({ invoke, completion }) =>
      isUnderFault(windows, invoke.monoNs, completion?.monoNs ?? Number.POSITIVE_INFINITY),
    );
    return { asked: hit.length, answered: hit.filter(wasAnswered).length };
  };
  return {
    callsUnderFault: underFault(pairsOf(history, 'purchase')),
    attemptsUnderFault: underFault(pairsOf(history, 'placeOrder')),
    settledAfterMs: state?.facts.settledAfterMs ?? null,
  };
}

/** A definite word, yes or no. */
function wasAnswered({ completion }: Pair): boolean {
  return completion !== null && completion.type !== 'info';
}
