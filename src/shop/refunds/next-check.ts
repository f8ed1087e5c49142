import { limits } from '../../limits.ts';

/**
 * When a failed payment is looked at next: after as long as it has been failed, within bounds. Null once
 * it has been watched for long enough.
 */
export function nextCheck(settledAt: Date, now: Date): Date | null {
  const { minPauseMs, maxPauseMs, horizonMs } = limits.lateCharges;
  const ageMs = now.getTime() - settledAt.getTime();
  if (ageMs >= horizonMs) return null;
  return new Date(now.getTime() + Math.min(maxPauseMs, Math.max(minPauseMs, ageMs)));
}
