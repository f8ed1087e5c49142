import type { Database } from '../../database/database.ts';
import type { Payments } from '../../payments/payments.ts';
import type { PreparedPayment } from '../answers/prepared-payment.ts';
import { refusal } from '../refusals.ts';
import { detailsOf, findLiveOrder, isPaymentPrepared } from './checkout.ts';

/**
 * Opens the checkout's PaymentIntent, unconfirmed, and makes its id durable, before anything can be
 * captured: whatever is lost later, `retrieve(id)` tells what became of it.
 *
 * The key follows from the checkout and its total, so a repeat opens the same one.
 */
export async function preparePayment(
  database: Database,
  payments: Payments,
  customerId: string,
  { checkoutId, version }: { checkoutId: string; version: number },
): Promise<PreparedPayment> {
  const where = { checkoutId_customerId: { checkoutId, customerId } };
  const row = await database.checkout.findUnique({ where });
  if (row === null) throw refusal('CHECKOUT_NOT_FOUND');
  const { totalMinor, currency, paymentNumber } = row;
  if (isPaymentPrepared(row) && row.version === version)
    return { paymentPrepared: true, totalMinor, currency };
  if ((await findLiveOrder(database, customerId, checkoutId)) !== null) throw refusal('ORDER_PENDING');
  if (row.version !== version) throw refusal('CHECKOUT_CHANGED');
  if (detailsOf(row).contact === null) throw refusal('CHECKOUT_INCOMPLETE');

  const number = paymentNumber + 1;
  const { intentId } = await payments.openIntent({
    amountMinor: totalMinor,
    currency,
    idempotencyKey: `${checkoutId}:${number}:${totalMinor}`,
    metadata: { checkoutId, customerReference: customerId },
  });
  // Of two tabs one stores it; with the same total both hold the same intent.
  await database.checkout.updateMany({
    where: { checkoutId, customerId, version, paymentNumber },
    data: { paymentIntentId: intentId, paymentMinor: totalMinor, paymentNumber: number },
  });
  const after = await database.checkout.findUnique({ where });
  if (after?.version !== version || !isPaymentPrepared(after)) throw refusal('CHECKOUT_CHANGED');
  return { paymentPrepared: true, totalMinor, currency };
}
