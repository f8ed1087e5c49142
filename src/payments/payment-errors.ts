/** Why nobody knows whether money moved. */
export type UnknownReason =
  | 'timeout'
  | 'connection_broken'
  | 'server_error'
  | 'rate_limited'
  | 'key_in_use'
  | 'key_reused'
  | 'refused_request'
  | 'unexpected_answer';

// Next loads a module once a server bundle, so one class can exist twice in a process and `instanceof` fails
// across the copies. A registered symbol is the same in all of them.
const OUTCOME_UNKNOWN = Symbol.for('payments/PaymentOutcomeUnknown');
const UNAVAILABLE = Symbol.for('payments/PaymentsUnavailable');

/**
 * The call may have moved money. Only the provider can say: `retrieve` the intent, and while it waits, confirm
 * again with the same key or `cancel`.
 *
 * Whatever isn't a plain yes or no ends here, since treating a doubt as a no is how a shop charges twice.
 */
export class PaymentOutcomeUnknown extends Error {
  override readonly name = 'PaymentOutcomeUnknown';
  readonly [OUTCOME_UNKNOWN] = true;
  readonly reason: UnknownReason;

  constructor(reason: UnknownReason, message: string, options: { cause: unknown }) {
    super(message, options);
    this.reason = reason;
  }

  static is(error: unknown): error is PaymentOutcomeUnknown {
    return isBranded(error, OUTCOME_UNKNOWN);
  }
}

/**
 * This call moved no money, provably: no byte of it was sent, or the provider turned it away at the door. It says
 * nothing about earlier calls with the same key.
 */
export class PaymentsUnavailable extends Error {
  override readonly name = 'PaymentsUnavailable';
  readonly [UNAVAILABLE] = true;

  // It narrows: an `Error` may come without a cause, this one may not.
  // oxlint-disable-next-line eslint/no-useless-constructor
  constructor(message: string, options: { cause: unknown }) {
    super(message, options);
  }

  static is(error: unknown): error is PaymentsUnavailable {
    return isBranded(error, UNAVAILABLE);
  }
}

function isBranded(error: unknown, brand: symbol): boolean {
  return typeof error === 'object' && error !== null && brand in error;
}
