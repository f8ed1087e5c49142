import { IdempotencyError } from './errors.ts';
import type { RequestKey } from './key.ts';
import type { Outcome } from './outcome.ts';
import type { Policy } from './policy.ts';
import { isSettled, type RecordId, type UnsettledState } from './record.ts';
import type { Reading } from './store.ts';
import { outcomeIn, unreadableBy } from './versions.ts';

/** Whose key is asked about. */
export interface Question {
  readonly key: RequestKey;
  readonly scope: string;
  readonly principal: string;
  readonly procedure: string;
  readonly policy: Policy;
}

/** What can be said of a key when its owner asks. */
export interface Inquiry {
  /**
   * `not_seen` is no promise: a copy may still be on its way. `close` makes it one.
   * `expired` says that it won't execute now; it may have executed inside its window.
   */
  readonly state: UnsettledState | Outcome['kind'] | 'not_seen' | 'expired';
  readonly definite: boolean;
  readonly operationId: string | null;
  readonly outcome: Outcome | null;
}

/** @throws IdempotencyError for a key that can't name anything */
export function idOf({ key, scope, procedure }: Question): RecordId {
  switch (key.kind) {
    case 'missing':
      throw new IdempotencyError('IDEMPOTENCY_KEY_MISSING');
    case 'malformed':
      throw new IdempotencyError('IDEMPOTENCY_KEY_MALFORMED');
    case 'valid':
      return { key: key.key, scope, procedure };
  }
}

/** @throws IdempotencyError OPERATION_NOT_FOUND when it is someone else's */
export function inquiryOf({ record, now }: Reading, { key, principal, policy }: Question): Inquiry {
  if (record !== null) {
    if (record.principal !== principal) throw new IdempotencyError('OPERATION_NOT_FOUND');
    return {
      state: record.state,
      definite: isSettled(record.state),
      operationId: record.operationId,
      // What happened is told even where this version can't read the answer.
      outcome:
        isSettled(record.state) && unreadableBy(policy, record) === null ? outcomeIn(policy, record) : null,
    };
  }
  const madeAtMs = key.kind === 'valid' ? key.madeAtMs : 0;
  const expired = now.getTime() - madeAtMs > policy.windowBackMs;
  return { state: expired ? 'expired' : 'not_seen', definite: false, operationId: null, outcome: null };
}
