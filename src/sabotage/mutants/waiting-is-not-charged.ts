import type { IntentState } from '../../payments/payments.ts';
import { PaymentsAround } from '../around/payments-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 41: 'not charged so far' is taken for 'not charged'. The operation is settled as failed, and its
 * customer free to pay anew, while the first request is still on its way to the provider.
 *
 * Nothing hides it.
 */
export const waitingIsNotCharged: Sabotage = { payments: (payments) => new WaitingIsNotCharged(payments) };

class WaitingIsNotCharged extends PaymentsAround {
  override async retrieve(intentId: string): Promise<IntentState> {
    const state = await super.retrieve(intentId);
    if (state.kind !== 'waiting' || state.lastDecline !== null) return state;
    hit('waiting-is-not-charged');
    return { kind: 'cancelled' };
  }
}
