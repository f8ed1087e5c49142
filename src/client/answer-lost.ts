import type { RetryReason } from './retry-reason.ts';

export interface AnswerLostOptions {
  readonly reason: Extract<RetryReason, 'timeout' | 'network' | 'server_error' | 'unavailable'>;
  /** HTTP status, if it got that far. */
  readonly status?: number;
  readonly retryAfterMs?: number | null;
  readonly operationId?: string | null;
  readonly cause?: unknown;
}

/**
 * Nothing came back, or something that isn't an answer of our API: a cut connection, half a body, a proxy's
 * error page, a 500 that carries a `result`. Whether the call took effect is open.
 */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
  readonly reason: AnswerLostOptions['reason'];
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly operationId: string | null;

  constructor(message: string, options: AnswerLostOptions) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
    this.status = options.status ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.operationId = options.operationId ?? null;
  }
}
