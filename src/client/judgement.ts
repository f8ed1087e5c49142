import { refusalOf } from './refusal.ts';

/** What the last answer means for the whole attempt, all its requests included. */
export type Judgement =
  /** The key will never do more than it has: the attempt is over, and a new key may be minted. */
  | 'settled'
  /** The key's time is wrong and nothing can have run under it: mint another by the clock just corrected. */
  | 'key-unusable'
  /** It may have taken effect or still may. */
  | 'unknown';

/** The time in the key lies outside the server's window: nothing runs now, something may have before, or may later. */
const KEY_OUT_OF_WINDOW: ReadonlySet<string> = new Set([
  'IDEMPOTENCY_KEY_EXPIRED',
  'IDEMPOTENCY_KEY_FROM_THE_FUTURE',
]);

/** Whether a refusal is for the time in the key: then the same key again is no way on. */
export function refusesKeyTime(code: string): boolean {
  return KEY_OUT_OF_WINDOW.has(code);
}

/**
 * Refusals of one request, made before the key's record was looked at: a cookie lost on the way, a header
 * dropped by a proxy, a schema that a deployment tightened. They are silent about an earlier request with the
 * same key, which may well have gone through.
 */
const ABOUT_THE_REQUEST_ALONE: ReadonlySet<string> = new Set([
  'IDEMPOTENCY_KEY_MISSING',
  'UNAUTHENTICATED',
  'BAD_INPUT',
  'NOT_FOUND',
  'OPERATION_NOT_FOUND',
]);

/**
 * Judges an attempt by its last error.
 *
 * @param requests - how many requests ever left under the key, from any tab and before any reload.
 */
export function judge(error: unknown, requests: number): Judgement {
  const refusal = refusalOf(error);
  if (refusal === null) return 'unknown';
  const wasOnlyRequest = requests <= 1;
  if (refusesKeyTime(refusal.code)) return wasOnlyRequest ? 'key-unusable' : 'unknown';
  if (!refusal.definite) return 'unknown';
  if (ABOUT_THE_REQUEST_ALONE.has(refusal.code)) return wasOnlyRequest ? 'settled' : 'unknown';
  return 'settled';
}
