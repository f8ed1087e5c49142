import { PaymentOutcomeUnknown, type ChargeResult, type ConfirmIntent } from '../../payments/payments.ts';
import { PaymentsAround } from '../around/payments-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 35: a payment whose answer is missing is told as one that failed. The page says that the card was
 * declined, and the money is gone.
 *
 * Nothing hides it.
 */
export const timeoutIsDecline: Sabotage = { payments: (payments) => new TimeoutIsDecline(payments) };

class TimeoutIsDecline extends PaymentsAround {
  override async confirm(confirmation: ConfirmIntent): Promise<ChargeResult> {
    try {
      return await super.confirm(confirmation);
    } catch (error) {
      if (!PaymentOutcomeUnknown.is(error)) throw error;
      hit('timeout-is-decline');
      return { kind: 'declined', code: 'card_declined' };
    }
  }
}
