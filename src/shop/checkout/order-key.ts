import type { Database, Tx } from '../../database/database.ts';
import { parseKey, type RecordState } from '../../idempotency/index.ts';
import { limits } from '../../limits.ts';
import { makeServerKey } from '../server-key.ts';
import type { CheckoutRow } from './checkout.ts';

/*
 * A checkout's own key: a caller that keeps none may send it as the Idempotency-Key of `placeOrder`.
 *
 * What keeps a checkout from being bought twice is not this key but the intent guard, so the keys of
 * callers and of the server may meet in any order. All that is asked of this one is that it works:
 *
 * - it is replaced in the commit that settles an order as failed: it may replay that refusal for ever;
 * - `open` and `setDetails` replace it when it is used up or nears the end of its window;
 * - never while an order lives: whoever lost the answer finds the key again that brings it.
 */

type Keyed = Pick<CheckoutRow, 'customerId' | 'checkoutId' | 'orderKey'>;

/** Whether a key would do for another try: yes; not for much longer; no, and nothing will change that. */
type Fitness = 'fit' | 'ageing' | 'used-up';

/** Replaces a key that wouldn't do for long. Its caller holds the checkout's lock and has seen that no order lives. */
export async function renewOrderKey(tx: Tx, checkout: Keyed): Promise<void> {
  if ((await fitnessOf(tx, checkout)) === 'fit') return;
  const { customerId, checkoutId } = checkout;
  await tx.checkout.update({
    where: { checkoutId_customerId: { checkoutId, customerId } },
    data: { orderKey: await makeServerKey(tx) },
  });
}

/** The key for the next try, as a reader is told it; null when it is used up, and `open` has to be asked for another. */
export async function usableOrderKey(database: Database | Tx, checkout: Keyed): Promise<string | null> {
  return (await fitnessOf(database, checkout)) === 'used-up' ? null : checkout.orderKey;
}

/** The record is read beside the checkout, in the same transaction: under its lock, no call with this key is half done. */
async function fitnessOf(database: Database | Tx, { customerId, orderKey }: Keyed): Promise<Fitness> {
  const key = parseKey(orderKey);
  if (key.kind !== 'valid') return 'used-up';
  const [row] = await database.$queryRaw<{ now: Date; state: RecordState | null }[]>`
    SELECT clock_timestamp() AS now, r.state
    FROM (SELECT) AS always LEFT JOIN idempotency_record r
      ON r.key = ${key.key}::uuid AND r.scope = ${customerId} AND r.procedure = 'checkout.placeOrder'`;
  if (row === undefined) throw new Error('Bug: a clock without a time');
  const ageMs = row.now.getTime() - key.madeAtMs;
  if (row.state === 'failed' || row.state === 'void' || ageMs > limits.keys.windowBackMs) return 'used-up';
  return ageMs > limits.keys.orderKeyRenewalAgeMs ? 'ageing' : 'fit';
}
