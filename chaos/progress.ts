import type { CheckerName } from './checkers/name.ts';
import type { FaultEvent, HistoryEvent, PhaseName } from './history/event.ts';
import type { Verdict } from './report/report.ts';
import type { Part } from './schedule/schedule.ts';

/**
 * What a scenario tells whoever waits for it, while it goes on. Closed, so that a view of it can't
 * forget a case; and nothing that decides anything: a verdict rests on what is saved, never on this.
 */
export type ProgressEvent =
  /** One of the scenario's runs begins; `purchases` are meant to be made in it. */
  | { type: 'part'; part: Part; purchases: number }
  | { type: 'phase'; phase: PhaseName | 'judging' | 'planting' }
  | { type: 'purchase'; change: 'begun' | 'acknowledged' | 'refused' | 'in doubt' }
  | { type: 'fault'; change: 'inject' | 'heal'; fault: string; target: string | null }
  | { type: 'evidence'; what: string }
  /** What a checker says of the protected run. Its control may still be to come. */
  | { type: 'checked'; checker: CheckerName; verdict: Verdict };

export type Progress = (event: ProgressEvent) => void;

/** What an event of the history is to somebody who watches; null if nothing. */
export function progressOf(event: HistoryEvent): ProgressEvent | null {
  switch (event.type) {
    case 'phase':
      return { type: 'phase', phase: event.phase };
    case 'fault':
      return progressOfFault(event);
    case 'invoke':
      return event.f === 'purchase' ? { type: 'purchase', change: 'begun' } : null;
    case 'ok':
    case 'refused':
    case 'fail':
    case 'info':
      return event.f === 'purchase' ? { type: 'purchase', change: CHANGE[event.type] } : null;
    default:
      return event satisfies never;
  }
}

const CHANGE = { ok: 'acknowledged', refused: 'refused', fail: 'refused', info: 'in doubt' } as const;

function progressOfFault({ phase, fault, target }: FaultEvent): ProgressEvent | null {
  switch (phase) {
    case 'inject':
    case 'heal':
      return { type: 'fault', change: phase, fault, target };
    case 'evidence':
      return { type: 'evidence', what: fault };
    case 'hit':
    case 'missed':
      return null;
    default:
      return phase satisfies never;
  }
}
