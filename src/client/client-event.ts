import type { RetryReason } from './retry-reason.ts';

/** What happens in a client, told as it happens. Keys are whole here: a log should hash them. */
export type ClientEvent =
  | ({ readonly type: 'attempt-started'; readonly reason: RetryReason | null } & AttemptMark)
  | ({
      readonly type: 'attempt-failed';
      readonly reason: RetryReason;
      /** Of the refusal; null when the answer was lost. */
      readonly code: string | null;
      readonly error: unknown;
    } & AttemptMark)
  | ({
      readonly type: 'retry-scheduled';
      readonly reason: RetryReason;
      readonly delayMs: number;
    } & AttemptMark)
  /** The attempt is over and no longer stored. */
  | ({ readonly type: 'settled'; readonly outcome: 'succeeded' | 'refused'; readonly key: string } & CallMark)
  /** The call is over, its attempt isn't: it stays stored. */
  | ({ readonly type: 'left-unknown'; readonly key: string; readonly operationId: string | null } & CallMark)
  /** The server refused the time in a key under which nothing can have run. */
  | ({ readonly type: 'key-replaced'; readonly key: string; readonly newKey: string } & CallMark);

interface CallMark {
  readonly procedure: string;
}

interface AttemptMark extends CallMark {
  /** Null for calls that need no key. */
  readonly key: string | null;
  /** Counted over the key's whole life, reloads and other tabs included. */
  readonly attempt: number;
}

export type Emit = (event: ClientEvent) => void;

/** A listener's own error shows up as uncaught; it must not end the payment that it listens to. */
export function emitTo(onEvent: Emit | undefined): Emit {
  return (event) => {
    try {
      onEvent?.(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
