import type { Database, Tx } from '../../database/database.ts';
import type { Address, Contact } from '../answers/address.ts';
import type { Checkout, CheckoutLine, LiveOrder } from '../answers/checkout.ts';
import type { Delivery } from '../delivery.ts';
import { refusal } from '../refusals.ts';
import { usableOrderKey } from './order-key.ts';

export type CheckoutRow = NonNullable<Awaited<ReturnType<Tx['checkout']['findUnique']>>>;

/** Locks a customer's checkout, so that its lines, details and orders change one at a time. */
export async function lockCheckout(
  tx: Tx,
  customerId: string,
  checkoutId: string,
): Promise<CheckoutRow | null> {
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM checkout WHERE checkout_id = ${checkoutId} AND customer_id = ${customerId} FOR UPDATE`;
  if (locked.length === 0) return null;
  return tx.checkout.findUnique({ where: { checkoutId_customerId: { checkoutId, customerId } } });
}

export async function findLiveOrder(
  database: Database | Tx,
  customerId: string,
  checkoutId: string,
): Promise<LiveOrder | null> {
  const order = await database.order.findFirst({
    where: { customerId, checkoutId, status: { not: 'failed' } },
    select: { orderId: true, status: true, operationId: true },
  });
  return order as LiveOrder | null;
}

export async function getCheckout(
  database: Database | Tx,
  customerId: string,
  checkoutId: string,
): Promise<Checkout> {
  const row = await database.checkout.findUnique({
    where: { checkoutId_customerId: { checkoutId, customerId } },
  });
  if (row === null) throw refusal('CHECKOUT_NOT_FOUND');
  const lines = await database.$queryRaw<CheckoutLine[]>`
    SELECT l.sku, l.name, l.quantity, l.unit_price_minor AS "unitPriceMinor", l.line_total_minor AS "lineTotalMinor",
           p.picture_seed AS "pictureSeed"
    FROM checkout_line l JOIN product p USING (sku)
    WHERE l.checkout_id = ${checkoutId} AND l.customer_id = ${customerId}
    ORDER BY p.position`;
  const liveOrder = await findLiveOrder(database, customerId, checkoutId);
  return {
    checkoutId,
    version: row.version,
    status: row.status as Checkout['status'],
    ...detailsOf(row),
    delivery: row.delivery as Delivery,
    lines,
    subtotalMinor: row.subtotalMinor,
    deliveryMinor: row.deliveryMinor,
    totalMinor: row.totalMinor,
    currency: row.currency,
    paymentPrepared: isPaymentPrepared(row),
    liveOrder,
    orderKey: liveOrder === null ? await usableOrderKey(database, row) : row.orderKey,
  };
}

/** Contact and address come together or not at all. */
export function detailsOf(row: CheckoutRow): { contact: Contact | null; address: Address | null } {
  const { email, fullName, addressLine1, addressLine2, city, postalCode, country } = row;
  if (
    email === null ||
    fullName === null ||
    addressLine1 === null ||
    city === null ||
    postalCode === null ||
    country === null
  )
    return { contact: null, address: null };
  return {
    contact: { email, fullName },
    address: { line1: addressLine1, line2: addressLine2, city, postalCode, country },
  };
}

export function isPaymentPrepared(row: CheckoutRow): boolean {
  return row.paymentIntentId !== null && row.paymentMinor === row.totalMinor;
}
