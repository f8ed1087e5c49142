import type { Attempt } from '../idempotency/index.ts';

/** Beyond it nobody counts honestly. */
const MAX_ATTEMPT = 10_000;

/**
 * What a caller says of its attempt, in `X-Attempt` and `X-Retry-Reason`. It ends up in logs, labels and the
 * audit trail, so only what looks as it should is taken; the rest was never said.
 */
export function readAttempt(headers: Headers): Attempt | null {
  const number = Number(headers.get('x-attempt') ?? Number.NaN);
  const reason = headers.get('x-retry-reason') ?? '';
  const attempt = {
    number: Number.isInteger(number) && number >= 1 && number <= MAX_ATTEMPT ? number : null,
    reason: /^[a-z_]{1,30}$/.test(reason) ? reason : null,
  };
  return attempt.number === null && attempt.reason === null ? null : attempt;
}
