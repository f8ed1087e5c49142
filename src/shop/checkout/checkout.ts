import type { Database, Tx } from '../../database/database.ts';
import type { Delivery } from '../delivery.ts';
import { refusal } from '../refusals.ts';
import { usableOrderKey } from './order-key.ts';

export interface Contact {
  readonly email: string;
  readonly fullName: string;
}

export interface Address {
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export interface CheckoutLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly lineTotalMinor: number;
  readonly pictureSeed: number;
}

/** The order of this checkout that lives: paid, or its payment under way. A failed one lives no more. */
export interface LiveOrder {
  readonly orderId: string;
  readonly status: 'pending' | 'paid';
  readonly operationId: string;
}

export interface Checkout {
  readonly checkoutId: string;
  /** Counts every change; `placeOrder` names the version that the customer saw. */
  readonly version: number;
  readonly status: 'open' | 'completed';
  readonly contact: Contact | null;
  readonly address: Address | null;
  readonly delivery: Delivery;
  readonly lines: readonly CheckoutLine[];
  readonly subtotalMinor: number;
  readonly deliveryMinor: number;
  readonly totalMinor: number;
  readonly currency: string;
  /** Whether a PaymentIntent for this very total is open. */
  readonly paymentPrepared: boolean;
  readonly liveOrder: LiveOrder | null;
  /**
   * The server's key, for a caller that keeps none of its own: the Idempotency-Key of the next `placeOrder`.
   * Null when it is used up: then `open` makes another. While an order lives it stays as it is.
   */
  readonly orderKey: string | null;
}

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
