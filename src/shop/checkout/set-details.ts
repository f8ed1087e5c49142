import type { Database } from '../../database/database.ts';
import { deliveryMinor, type Delivery } from '../delivery.ts';
import { refusal } from '../refusals.ts';
import type { Address, Contact } from '../answers/address.ts';
import type { Checkout } from '../answers/checkout.ts';
import { findLiveOrder, getCheckout, lockCheckout } from './checkout.ts';
import { renewOrderKey } from './order-key.ts';

export interface Details {
  readonly checkoutId: string;
  readonly contact: Contact;
  readonly address: Address;
  readonly delivery: Delivery;
}

/** Sets who buys and where it goes. The version rises only if something changed. */
export async function setDetails(
  database: Database,
  customerId: string,
  details: Details,
): Promise<Checkout> {
  const { checkoutId, contact, address, delivery } = details;
  return database.$transaction(async (tx) => {
    const row = await lockCheckout(tx, customerId, checkoutId);
    if (row === null) throw refusal('CHECKOUT_NOT_FOUND');
    if (row.status === 'completed' || (await findLiveOrder(tx, customerId, checkoutId)) !== null)
      throw refusal('ORDER_PENDING');
    const delivered = deliveryMinor(delivery, row.subtotalMinor);
    const wanted = {
      email: contact.email,
      fullName: contact.fullName,
      addressLine1: address.line1,
      addressLine2: address.line2,
      city: address.city,
      postalCode: address.postalCode,
      country: address.country,
      delivery,
      deliveryMinor: delivered,
      totalMinor: row.subtotalMinor + delivered,
    };
    const changed = Object.entries(wanted).some(
      ([name, value]) => row[name as keyof typeof wanted] !== value,
    );
    if (changed)
      await tx.checkout.update({
        where: { checkoutId_customerId: { checkoutId, customerId } },
        data: { ...wanted, version: { increment: 1 }, updatedAt: new Date() },
      });
    await renewOrderKey(tx, row);
    return getCheckout(tx, customerId, checkoutId);
  });
}
