import { IdempotencyError, TemporarilyUnavailable, type IdempotencyErrorCode } from './errors.ts';
import { CommitUnknown, StoreUnavailable, TransactionAborted, type Reading } from './store.ts';

/** Where the policy has no pause of its own to tell. */
const RETRY_AFTER_FAILURE_MS = 1_000;

/** Refusals about the caller's clock; they carry the store's. */
const timed: ReadonlySet<IdempotencyErrorCode> = new Set([
  'IDEMPOTENCY_KEY_EXPIRED',
  'IDEMPOTENCY_KEY_FROM_THE_FUTURE',
]);

/** What `decide` refuses, with what the reading knows of it. */
export function refusalOf(code: IdempotencyErrorCode, { record, now }: Reading): IdempotencyError {
  return new IdempotencyError(code, {
    serverTime: timed.has(code) ? now : null,
    // To a stranger not even the id is told.
    operationId: code === 'OPERATION_NOT_FOUND' ? null : (record?.operationId ?? null),
    retryAfterMs: code === 'OPERATION_OF_NEWER_VERSION' ? RETRY_AFTER_FAILURE_MS : null,
  });
}

/** Any failure as an answer. What isn't known to be harmless is never called definite. */
export function asRefusal(
  error: unknown,
  operationId: string | null = null,
  retryAfterMs = RETRY_AFTER_FAILURE_MS,
): IdempotencyError {
  if (error instanceof IdempotencyError) return error;
  const options = { operationId, retryAfterMs, cause: error };
  if (error instanceof StoreUnavailable || error instanceof CommitUnknown)
    return new IdempotencyError('STORE_UNAVAILABLE', options);
  if (error instanceof TemporarilyUnavailable || error instanceof TransactionAborted)
    return new IdempotencyError('TEMPORARILY_UNAVAILABLE', options);
  return new IdempotencyError('INTERNAL', options);
}
