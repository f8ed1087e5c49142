import type { ClientLimits } from './client-limits.ts';
import type { Failure } from './failure.ts';

/**
 * How long to wait before the next attempt; null: there is none, since the failure doesn't call for it, the
 * attempts are used up, or the pause would outlast the time budget.
 *
 * @param attempts - made so far in this call.
 * @param remainingMs - of this call's time budget.
 * @param random - uniform in [0, 1).
 */
export function nextPauseMs(
  failure: Failure,
  attempts: number,
  remainingMs: number,
  limits: ClientLimits,
  random: () => number,
): number | null {
  if (!failure.retryable || attempts >= limits.maxAttempts) return null;
  // Never earlier than the server asked; a little later, or all whom it turned away come back in one instant.
  const pauseMs =
    failure.retryAfterMs === null
      ? fullJitterMs(attempts, limits, random)
      : failure.retryAfterMs + random() * limits.backoffBaseMs;
  return pauseMs < remainingMs ? pauseMs : null;
}

/**
 * Exponential backoff with full jitter: anything between nothing and the ceiling, which doubles.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
function fullJitterMs(attempts: number, limits: ClientLimits, random: () => number): number {
  return random() * Math.min(limits.backoffCapMs, limits.backoffBaseMs * 2 ** (attempts - 1));
}
