import { faultWindowsOf } from '../../history/fault-windows.ts';
import type { HistoryEvent } from '../../history/event.ts';
import type { OperationStory } from './operations.ts';
import { runTimeOf } from './run-time.ts';

/** How an attempt or a call ended, for who draws it. */
export type EndKind = 'acknowledged' | 'replayed' | 'refused' | 'in doubt';

export interface LatencyPoint {
  atMs: number;
  latencyMs: number;
  end: EndKind;
}

/** What ended in a stretch of time. */
export interface Bucket {
  fromMs: number;
  toMs: number;
  counts: Readonly<Record<EndKind, number>>;
}

/** When a fault was on, somewhere. */
export interface FaultSpan {
  fault: string;
  target: string | null;
  fromMs: number;
  toMs: number;
}

/** A play over time. */
export interface Series {
  /** From the first attempt to the end of the last. */
  fromMs: number;
  toMs: number;
  latency: LatencyPoint[];
  throughput: Bucket[];
  faults: FaultSpan[];
  /** When canaries passed on every link again; null if never. */
  healedMs: number | null;
}

/** Wide enough for a phone to show each. */
const BUCKETS = 48;

export const END_KINDS = ['acknowledged', 'replayed', 'refused', 'in doubt'] as const satisfies EndKind[];

export function seriesOf(history: readonly HistoryEvent[], operations: readonly OperationStory[]): Series {
  const time = runTimeOf(history);
  const attempts = operations.flatMap((operation) => operation.attempts);
  const latency = attempts.flatMap(({ sentMs, endMs, end, replayed }) =>
    endMs === null ? [] : [{ atMs: sentMs, latencyMs: endMs - sentMs, end: endKind(end, replayed) }],
  );
  // Before the first and after the last the harness is busy with itself: silence would press all else together.
  const fromMs = attempts.reduce((least, { sentMs }) => Math.min(least, sentMs), time.endMs);
  const toMs = attempts.reduce((most, each) => Math.max(most, each.endMs ?? each.sentMs), fromMs + 1);
  const widthMs = (toMs - fromMs) / BUCKETS;
  const throughput = Array.from({ length: BUCKETS }, (_, index) => ({
    fromMs: fromMs + index * widthMs,
    toMs: fromMs + (index + 1) * widthMs,
    counts: { acknowledged: 0, replayed: 0, refused: 0, 'in doubt': 0 },
  }));
  for (const { atMs, latencyMs, end } of latency) {
    const index = Math.floor((atMs + latencyMs - fromMs) / widthMs);
    const bucket = throughput[Math.min(BUCKETS - 1, index)];
    if (bucket !== undefined) bucket.counts[end] += 1;
  }
  const healed = history.findLast((event) => event.type === 'phase' && event.phase === 'healed');
  return {
    fromMs,
    toMs,
    latency: latency.toSorted((a, b) => a.atMs - b.atMs),
    throughput,
    faults: faultWindowsOf(history).map(({ fault, target, fromNs, toNs }) => ({
      fault,
      target,
      fromMs: time.ofMono(fromNs),
      toMs: time.ofMono(toNs),
    })),
    healedMs: healed === undefined ? null : time.ofMono(healed.monoNs),
  };
}

export function endKind(end: string | null, replayed: boolean): EndKind {
  if (end === 'ok') return replayed ? 'replayed' : 'acknowledged';
  return end === 'refused' || end === 'fail' ? 'refused' : 'in doubt';
}
