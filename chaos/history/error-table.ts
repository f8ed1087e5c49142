/**
 * What the harness takes each error code to mean. Written down from the published contract, not
 * imported from the product: an oracle that shares the product's table shares its mistakes. A code
 * that isn't here is in doubt, and doubt is `info`.
 */
export interface ErrorMeaning {
  type: 'refused' | 'fail' | 'info';
  /**
   * The answer holds for every other copy of the same key and payload, sent before or after. Without
   * it the answer is about this attempt alone: a 401 says that this copy did nothing.
   */
  final: boolean;
}

const REFUSED: ErrorMeaning = { type: 'refused', final: true };
const NEVER_RUNS: ErrorMeaning = { type: 'fail', final: true };
const DID_NOT_RUN: ErrorMeaning = { type: 'fail', final: false };
const IN_DOUBT: ErrorMeaning = { type: 'info', final: false };

const ERROR_TABLE: ReadonlyMap<string, ErrorMeaning> = new Map([
  // Stored under the key.
  ['CARD_DECLINED', REFUSED],
  ['INSUFFICIENT_FUNDS', REFUSED],
  ['PAYMENT_CANCELLED', REFUSED],
  ['PAYMENT_REFUNDED', REFUSED],
  ['OUT_OF_STOCK', REFUSED],
  ['CHECKOUT_NOT_FOUND', REFUSED],
  ['CHECKOUT_CHANGED', REFUSED],
  ['CHECKOUT_INCOMPLETE', REFUSED],
  ['PAYMENT_NOT_PREPARED', REFUSED],
  ['OPERATION_CLOSED', REFUSED],
  // True for ever, whatever is stored.
  ['IDEMPOTENCY_KEY_MISSING', NEVER_RUNS],
  ['IDEMPOTENCY_KEY_MALFORMED', NEVER_RUNS],
  ['IDEMPOTENCY_KEY_REUSED', NEVER_RUNS],
  ['BAD_INPUT', NEVER_RUNS],
  // True of this attempt.
  ['UNAUTHENTICATED', DID_NOT_RUN],
  ['NOT_FOUND', DID_NOT_RUN],
  ['OPERATION_NOT_FOUND', DID_NOT_RUN],
  // Known to the contract as indefinite. Listed, so that a reader sees that none was forgotten.
  ['IDEMPOTENCY_KEY_EXPIRED', IN_DOUBT],
  ['IDEMPOTENCY_KEY_FROM_THE_FUTURE', IN_DOUBT],
  ['OPERATION_IN_PROGRESS', IN_DOUBT],
  ['OUTCOME_UNKNOWN', IN_DOUBT],
  ['BEING_VERIFIED', IN_DOUBT],
  ['ORDER_PENDING', IN_DOUBT],
  ['OPERATION_OF_NEWER_VERSION', IN_DOUBT],
  ['ANSWER_OF_OLDER_VERSION', IN_DOUBT],
  ['STORE_UNAVAILABLE', IN_DOUBT],
  ['TEMPORARILY_UNAVAILABLE', IN_DOUBT],
  ['INTERNAL', IN_DOUBT],
]);

export function meaningOf(code: string): ErrorMeaning {
  return ERROR_TABLE.get(code) ?? IN_DOUBT;
}
