import type { IdempotencyErrorCode } from './errors.ts';
import type { Inquiry } from './inquiry.ts';
import type { RecordId, SettledState } from './record.ts';

/** What a caller says of its attempt. Hearsay: it is noted, and nothing is decided by it. */
export interface Attempt {
  /** 1 for the first; null if it didn't say. */
  readonly number: number | null;
  /** Why it calls again: `timeout`, `network`, … */
  readonly reason: string | null;
}

/** How a call got its answer. */
export type CallDecision =
  /** It claimed the key and did the work. */
  | 'executed'
  /** It took over what a dead holder had begun, and finished it. */
  | 'resumed'
  /** It waited for another call's outcome, in this process or in the store. */
  | 'joined'
  /** The outcome was there. */
  | 'replayed'
  /** There is no outcome to give; the code says why. */
  | 'refused';

interface About {
  readonly id: RecordId;
  readonly operationId: string | null;
  /** Null where no caller is behind it: the completer, an operator. */
  readonly attempt: Attempt | null;
}

/**
 * What happened, as data. The engine writes no log and counts nothing: metrics, logs and the audit
 * trail are listeners.
 */
export type EngineEvent = About &
  (
    | { readonly type: 'claimed' }
    | { readonly type: 'taken_over'; readonly fence: number; readonly by: 'caller' | 'completer' }
    /** A holder found that it no longer holds its operation; its writes were rolled back. */
    | { readonly type: 'fenced'; readonly fence: number }
    | {
        readonly type: 'step_finished';
        readonly step: string;
        readonly fence: number;
        readonly durationMs: number;
      }
    /** A remote call came to an end, with an answer or without. */
    | {
        readonly type: 'remote_called';
        readonly step: string;
        readonly fence: number;
        readonly answered: boolean;
        readonly durationMs: number;
      }
    | { readonly type: 'commit_unknown'; readonly step: string; readonly fence: number }
    /** It turned round, for good. */
    | { readonly type: 'compensating'; readonly reason: string; readonly fence: number }
    | { readonly type: 'settled'; readonly state: SettledState; readonly fence: number }
    | {
        readonly type: 'released';
        readonly as: 'running' | 'outcome_unknown';
        readonly fence: number;
        readonly error: unknown;
      }
    /** Given up after too many tries: a person has to look. */
    | { readonly type: 'stuck'; readonly fence: number; readonly tries: number }
    /** A person ordered one more try. */
    | { readonly type: 'reopened' }
    /** A call came to its end. One for each call of `run`. */
    | {
        readonly type: 'answered';
        readonly decision: CallDecision;
        readonly code: IdempotencyErrorCode | null;
        readonly durationMs: number;
      }
    | { readonly type: 'inquired'; readonly state: Inquiry['state'] }
    /** Somebody asked to close the key; `state` is what it then was. */
    | { readonly type: 'closed'; readonly state: Inquiry['state'] }
  );

export type EngineListener = (event: EngineEvent) => void;
