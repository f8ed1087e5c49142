import { OutcomeUnknown, TemporarilyUnavailable, type RemoteAttempt } from '../idempotency/index.ts';
import { PaymentOutcomeUnknown, PaymentsUnavailable } from '../payments/payments.ts';

/** Makes a call to the payment provider, and tells the engine what it means where no plain answer came. */
export async function askProvider<R>(attempt: RemoteAttempt, call: () => Promise<R>): Promise<R> {
  try {
    return await call();
  } catch (error) {
    if (PaymentOutcomeUnknown.is(error))
      throw new OutcomeUnknown('The provider’s answer is missing.', { cause: error });
    if (PaymentsUnavailable.is(error)) {
      // Surely not sent this time; but an earlier holder's request may have arrived.
      if (attempt.repeated) throw new OutcomeUnknown('The provider can’t be asked now.', { cause: error });
      throw new TemporarilyUnavailable('The payment provider can’t be reached.', { cause: error });
    }
    throw error;
  }
}
