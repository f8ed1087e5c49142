import type { Ledger } from '../final-state.ts';
import { isCapture } from './intent-index.ts';
import type { IntentIndex } from './intent-index.ts';

export interface Net {
  /** Captured minus refunded, in the currency's smallest unit. */
  amount: number;
  rows: string[];
}

/** What each intent paid, refunds taken off. */
export function netByIntent(ledger: Ledger, index: IntentIndex): Map<string, Net> {
  const net = new Map<string, Net>();
  const move = (nonce: string | null, amount: number, row: string) => {
    if (nonce === null) return;
    const before = net.get(nonce) ?? { amount: 0, rows: [] };
    net.set(nonce, { amount: before.amount + amount, rows: [...before.rows, row] });
  };
  const nonceOfIntent = new Map<string, string | null>();
  for (const charge of ledger.charges) {
    const nonce = index.ofPaymentMethod(charge.paymentMethod)?.nonce ?? null;
    if (!isCapture(charge)) continue;
    nonceOfIntent.set(charge.paymentIntent, nonce);
    move(nonce, charge.amount, `charges/${charge.id}`);
  }
  for (const refund of ledger.refunds) {
    if (refund.status !== 'succeeded') continue;
    move(nonceOfIntent.get(refund.paymentIntent) ?? null, -refund.amount, `refunds/${refund.id}`);
  }
  return net;
}
