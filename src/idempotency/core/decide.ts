import type { IdempotencyErrorCode } from './errors.ts';
import type { Fingerprints } from './fingerprint.ts';
import type { RequestKey } from './key.ts';
import type { Policy } from './policy.ts';
import type { IdempotencyRecord } from './record.ts';
import { canCompare, canResume, unreadableBy } from './versions.ts';

/** What is asked of a record. */
export interface DecisionRequest {
  readonly key: RequestKey;
  readonly principal: string;
  readonly fingerprints: Fingerprints;
  readonly policy: Policy;
  /**
   * A `caller` wants its answer; the `completer` wants an abandoned operation finished. Only the
   * completer goes on where a remote outcome is unknown: finding out takes its own pace.
   */
  readonly by: 'caller' | 'completer';
}

/** What to do. Every input or output follows from it, in one place (`run`). */
export type Decision =
  | { readonly do: 'claim' }
  | { readonly do: 'replay' }
  /** Wait for the outcome for a bounded time, then answer `otherwise`. */
  | { readonly do: 'join'; readonly otherwise: IdempotencyErrorCode; readonly retryAfterMs: number }
  | { readonly do: 'take-over' }
  | { readonly do: 'refuse'; readonly code: IdempotencyErrorCode };

const RETRY_SOON_MS = 1_000;

/**
 * The whole protocol as one pure function.
 *
 * The order of the questions is part of it: reuse with other content is told before 'in progress' and
 * before any takeover (another payload must never resume someone's operation), and the window comes
 * before all that a record could say.
 *
 * @param record what the store holds under (key, scope, procedure)
 * @param now the *store's* clock, read with the record: a node whose clock is wrong must steal no lease
 */
export function decide(record: IdempotencyRecord | null, request: DecisionRequest, now: Date): Decision {
  const { key, policy } = request;
  if (request.by === 'completer') return decideForCompleter(record, policy, now);

  if (key.kind === 'missing') return { do: 'refuse', code: 'IDEMPOTENCY_KEY_MISSING' };
  if (key.kind === 'malformed') return { do: 'refuse', code: 'IDEMPOTENCY_KEY_MALFORMED' };
  const ageMs = now.getTime() - key.madeAtMs;
  if (ageMs > policy.windowBackMs) return { do: 'refuse', code: 'IDEMPOTENCY_KEY_EXPIRED' };
  if (-ageMs > policy.windowAheadMs) return { do: 'refuse', code: 'IDEMPOTENCY_KEY_FROM_THE_FUTURE' };

  if (record === null) return { do: 'claim' };
  if (record.principal !== request.principal) return { do: 'refuse', code: 'OPERATION_NOT_FOUND' };
  // A closed key holds no content to compare with.
  if (record.state === 'void') return { do: 'replay' };
  // Content of a version that this node can't parse can't be compared: it is neither replayed nor touched.
  if (canCompare(policy, record) && request.fingerprints.get(record.policyVersion) !== record.fingerprint)
    return { do: 'refuse', code: 'IDEMPOTENCY_KEY_REUSED' };

  switch (record.state) {
    case 'succeeded':
    case 'failed':
      return decideReplay(record, policy);
    case 'running':
      if (!canResume(policy, record) || !isAbandoned(record, now))
        return join(record, 'OPERATION_IN_PROGRESS', now);
      return { do: 'take-over' };
    case 'outcome_unknown':
      return join(record, 'OUTCOME_UNKNOWN', now);
    case 'compensating':
      return join(record, 'OPERATION_IN_PROGRESS', now);
    case 'stuck':
      return { do: 'refuse', code: 'BEING_VERIFIED' };
    default:
      return unreachable(record.state);
  }
}

function decideForCompleter(record: IdempotencyRecord | null, policy: Policy, now: Date): Decision {
  if (record === null) return { do: 'refuse', code: 'OPERATION_NOT_FOUND' };
  switch (record.state) {
    case 'succeeded':
    case 'failed':
    case 'void':
      return { do: 'replay' };
    case 'running':
    case 'outcome_unknown':
    case 'compensating':
      if (!canResume(policy, record) || !isAbandoned(record, now))
        return join(record, 'OPERATION_IN_PROGRESS', now);
      return { do: 'take-over' };
    case 'stuck':
      return { do: 'refuse', code: 'BEING_VERIFIED' };
    default:
      return unreachable(record.state);
  }
}

function decideReplay(record: IdempotencyRecord, policy: Policy): Decision {
  const code = unreadableBy(policy, record);
  return code === null ? { do: 'replay' } : { do: 'refuse', code };
}

function isAbandoned(record: IdempotencyRecord, now: Date): boolean {
  return record.leaseUntil <= now && record.nextTryAt <= now;
}

function join(record: IdempotencyRecord, otherwise: IdempotencyErrorCode, now: Date): Decision {
  const untilNextTryMs = record.nextTryAt.getTime() - now.getTime();
  return { do: 'join', otherwise, retryAfterMs: Math.max(RETRY_SOON_MS, untilNextTryMs) };
}

function unreachable(state: never): never {
  throw new Error(`Bug: no decision for state ${String(state)}`);
}
