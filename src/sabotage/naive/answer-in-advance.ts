import type { Database } from '../../database/database.ts';
import type { Call } from '../../idempotency/index.ts';
import { orderReference } from '../../shop/orders/order-reference.ts';

/** What `placeOrder` will answer if all goes well: everything in it is known before the work. */
export async function answerInAdvance(database: Database, call: Call, operationId: string): Promise<string> {
  const { checkoutId } = JSON.parse(call.input) as { checkoutId: string };
  const checkout = await database.checkout.findUnique({
    where: { checkoutId_customerId: { checkoutId, customerId: call.scope } },
  });
  const orderId = `ord_${operationId.slice('op_'.length)}`;
  return JSON.stringify({
    orderId,
    reference: orderReference(orderId),
    operationId,
    status: 'paid',
    totalMinor: checkout?.totalMinor ?? 0,
    currency: checkout?.currency ?? 'EUR',
  });
}
