import type { Intent } from '../final-state.ts';
import type { PurchaseAsk } from '../history/value.ts';
import type { Offer } from './shop-answers.ts';

/** The details that a customer types in: all the same but for the e-mail address, which carries the nonce. */
export function detailsOf(intent: Intent) {
  return {
    contact: { email: intent.email, fullName: 'Chaos Customer' },
    address: { line1: '1 Test Street', line2: null, city: 'Vienna', postalCode: '1010', country: 'AT' },
  };
}

/** What the customer was shown and says yes to, as the history has it. */
export function askOf(offer: Offer, email: string, paymentMethod: string): PurchaseAsk {
  return { ...offer, email, paymentMethod };
}

/** The process of a customer, or of one of their tabs. */
export function processOf(intent: Intent, tab: number | undefined): string {
  return tab === undefined ? intent.customer : `${intent.customer}/${tab}`;
}
