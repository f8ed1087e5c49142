import { AnswerLost } from './answer-lost.ts';
import { AttemptNotSent } from './attempt-errors.ts';
import { findCause } from './find-cause.ts';
import { refusesKeyTime } from './judgement.ts';
import { refusalOf } from './refusal.ts';
import type { RetryReason } from './retry-reason.ts';

/** One failed attempt, as far as another one depends on it. */
export interface Failure {
  readonly reason: RetryReason;
  readonly retryable: boolean;
  /** What the server asked for; null where it asked for nothing. */
  readonly retryAfterMs: number | null;
  /** Of the refusal, if there was one. */
  readonly code: string | null;
  readonly operationId: string | null;
}

const REASON_BY_CODE: Readonly<Record<string, RetryReason>> = {
  OPERATION_IN_PROGRESS: 'in_progress',
  OUTCOME_UNKNOWN: 'outcome_unknown',
  STORE_UNAVAILABLE: 'unavailable',
  TEMPORARILY_UNAVAILABLE: 'unavailable',
};

/** Reads an attempt's error. Where it says nothing that we understand, it's a lost answer, which is worth a retry. */
export function failureOf(error: unknown): Failure {
  const refusal = refusalOf(error);
  if (refusal !== null) {
    const { code, retryAfterMs, operationId } = refusal;
    const retryable = refusal.retryable && !refusesKeyTime(code);
    return { reason: REASON_BY_CODE[code] ?? 'server_error', retryable, retryAfterMs, code, operationId };
  }
  const lost = findCause(error, AnswerLost);
  return {
    reason: lost?.reason ?? 'network',
    retryable: findCause(error, AttemptNotSent) === null,
    retryAfterMs: lost?.retryAfterMs ?? null,
    code: null,
    operationId: lost?.operationId ?? null,
  };
}
