import { errorTable, type IdempotencyError, type Refusal } from './errors.ts';

/** The body of every error, in the words of RFC 9457. A stored one is replayed byte for byte. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** Whether this answer will stay true: only then may a caller make a new key for the same intent. */
  readonly definite: boolean;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly operationId: string | null;
  /** ISO 8601, only where the caller's clock may be wrong. */
  readonly serverTime?: string;
}

export function problemOfError(error: IdempotencyError): Problem {
  const row = errorTable[error.code];
  return {
    type: 'about:blank',
    title: row.title,
    status: row.status,
    detail: row.detail,
    code: error.code,
    definite: row.definite,
    retryable: row.retryable,
    retryAfterMs: error.retryAfterMs,
    operationId: error.operationId,
    ...(error.serverTime && { serverTime: error.serverTime.toISOString() }),
  };
}

export function problemOfRefusal(refusal: Refusal, operationId: string | null): Problem {
  return {
    type: 'about:blank',
    title: refusal.title,
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
    definite: true,
    retryable: false,
    retryAfterMs: null,
    operationId,
  };
}
