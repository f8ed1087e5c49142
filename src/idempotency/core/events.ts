import type { IdempotencyErrorCode } from './errors.ts';
import type { RecordId, SettledState } from './record.ts';

/**
 * What happened, as data. The engine writes no log and counts nothing: metrics, logs and the audit
 * trail are listeners.
 */
export type EngineEvent = { readonly id: RecordId; readonly operationId: string | null } & (
  | { readonly type: 'claimed' }
  | { readonly type: 'replayed'; readonly state: SettledState }
  /** A duplicate shared the running promise of its own process, or waited for another's outcome. */
  | { readonly type: 'joined'; readonly waitedMs: number }
  | { readonly type: 'refused'; readonly code: IdempotencyErrorCode }
  | { readonly type: 'taken_over'; readonly fence: number; readonly by: 'caller' | 'completer' }
  /** A holder found that it no longer holds its operation; its writes were rolled back. */
  | { readonly type: 'fenced' }
  | { readonly type: 'step_finished'; readonly step: string; readonly fence: number }
  | { readonly type: 'commit_unknown'; readonly step: string }
  | { readonly type: 'settled'; readonly state: SettledState }
  | {
      readonly type: 'released';
      readonly as: 'running' | 'outcome_unknown' | 'stuck';
      readonly error: unknown;
    }
);

export type EngineListener = (event: EngineEvent) => void;
