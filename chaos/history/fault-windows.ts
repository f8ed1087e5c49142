import type { FaultEvent, HistoryEvent } from './event.ts';

/** A fault, from when it was put on until it was off. */
export interface FaultWindow {
  fault: string;
  /** `edge@web-1`, `web-2`; null if it hits everything. */
  target: string | null;
  /** The intent that it was meant for; null if for nobody in particular. */
  intent: string | null;
  fromNs: number;
  /** The end of the history, if it was never healed. */
  toNs: number;
  /** Index of its `inject`. */
  inject: number;
}

/** The faults of a history, in the order in which they began. A heal ends the fault of its id, or else the first of its kind. */
export function faultWindowsOf(history: readonly HistoryEvent[]): FaultWindow[] {
  const endNs = history.at(-1)?.monoNs ?? 0;
  const windows: FaultWindow[] = [];
  const open = new Map<string, FaultWindow[]>();
  for (const event of history) {
    if (event.type !== 'fault') continue;
    const kind = kindOf(event);
    if (event.phase === 'inject') {
      const { fault, target, intent, monoNs, index } = event;
      const window = { fault, target, intent, fromNs: monoNs, toNs: endNs, inject: index };
      windows.push(window);
      open.set(kind, [...(open.get(kind) ?? []), window]);
    } else if (event.phase === 'heal') {
      const first = open.get(kind)?.shift();
      if (first !== undefined) first.toNs = event.monoNs;
    }
  }
  return windows;
}

/** Whether some fault was on at some moment between the two. */
export function isUnderFault(windows: readonly FaultWindow[], fromNs: number, toNs: number): boolean {
  return windows.some((window) => window.fromNs < toNs && window.toNs > fromNs);
}

/** A planned fault has an id, which is no other's. */
function kindOf({ fault, target, intent, value }: FaultEvent): string {
  const id = (value as { id?: unknown } | null)?.id ?? null;
  return JSON.stringify(id === null ? [fault, target, intent] : [id]);
}
