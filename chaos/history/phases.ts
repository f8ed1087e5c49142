import type { HistoryEvent } from './event.ts';

/** When canaries passed on every link again; null if the run didn't come so far. */
export function healedAtNs(history: readonly HistoryEvent[]): number | null {
  const healed = history.findLast((event) => event.type === 'phase' && event.phase === 'healed');
  return healed?.monoNs ?? null;
}

/** The wall clock, in milliseconds since 1970, at a moment of the history: for the commit log's times. */
export function wallClockMs(history: readonly HistoryEvent[], monoNs: number): number {
  const start = history.find((event) => event.type === 'phase' && event.phase === 'start');
  const value = start?.type === 'phase' ? (start.value as { wallMs?: unknown } | null) : null;
  if (typeof value?.wallMs !== 'number') throw new Error('the history has no start with its wall clock');
  return value.wallMs + monoNs / 1e6;
}
