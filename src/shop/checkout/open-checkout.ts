import { v7 as uuidv7 } from 'uuid';
import type { Database, Tx } from '../../database/database.ts';
import type { Cart } from '../answers/cart.ts';
import type { Checkout } from '../answers/checkout.ts';
import { CURRENCY, getCart } from '../cart/cart.ts';
import { deliveryMinor, type Delivery } from '../delivery.ts';
import { refusal } from '../refusals.ts';
import { makeServerKey } from '../server-key.ts';
import { findLiveOrder, getCheckout, lockCheckout } from './checkout.ts';
import { renewOrderKey } from './order-key.ts';

/**
 * The customer's open checkout, made from the cart or brought up to date with it. A customer has one at
 * a time, so repeating this changes nothing. One whose payment is under way is left as it is.
 */
export async function openCheckout(database: Database, customerId: string): Promise<Checkout> {
  return database.$transaction(async (tx) => {
    const cart = await getCart(tx, customerId);
    const checkoutId = (await findOpen(tx, customerId)) ?? (await create(tx, customerId, cart));
    const row = await lockCheckout(tx, customerId, checkoutId);
    if (row === null) throw new Error(`Bug: checkout ${checkoutId} is gone`);
    // Paid while we waited for the lock: the customer is shown that, not a new checkout.
    if (row.status === 'completed' || (await findLiveOrder(tx, customerId, checkoutId)) !== null)
      return getCheckout(tx, customerId, checkoutId);
    if (cart.lines.length === 0) throw refusal('EMPTY_CART');
    await bringUpToDate(tx, customerId, checkoutId, cart, row.delivery as Delivery);
    await renewOrderKey(tx, row);
    return getCheckout(tx, customerId, checkoutId);
  });
}

async function findOpen(tx: Tx, customerId: string): Promise<string | null> {
  const open = await tx.checkout.findFirst({
    where: { customerId, status: 'open' },
    select: { checkoutId: true },
  });
  return open?.checkoutId ?? null;
}

async function create(tx: Tx, customerId: string, cart: Cart): Promise<string> {
  if (cart.lines.length === 0) throw refusal('EMPTY_CART');
  const totals = totalsOf(cart, 'standard');
  const now = new Date();
  const checkoutId = `chk_${uuidv7().replaceAll('-', '')}`;
  // Two tabs may get here at once: the one that loses takes the other's.
  await tx.checkout.createMany({
    data: {
      checkoutId,
      customerId,
      status: 'open',
      version: 1,
      delivery: 'standard',
      ...totals,
      currency: CURRENCY,
      orderKey: await makeServerKey(tx),
      createdAt: now,
      updatedAt: now,
    },
    skipDuplicates: true,
  });
  return (await findOpen(tx, customerId)) ?? checkoutId;
}

async function bringUpToDate(
  tx: Tx,
  customerId: string,
  checkoutId: string,
  cart: Cart,
  delivery: Delivery,
): Promise<void> {
  const stored = await tx.checkoutLine.findMany({ where: { checkoutId, customerId } });
  const wanted = new Map(cart.lines.map((line) => [line.sku, line]));
  const same =
    stored.length === wanted.size &&
    stored.every((line) => {
      const now = wanted.get(line.sku);
      return now?.quantity === line.quantity && now.unitPriceMinor === line.unitPriceMinor;
    });
  if (same) return;
  await tx.checkoutLine.deleteMany({ where: { checkoutId, customerId } });
  await tx.checkoutLine.createMany({
    data: cart.lines.map(({ sku, name, quantity, unitPriceMinor, lineTotalMinor }) => ({
      checkoutId,
      customerId,
      sku,
      name,
      quantity,
      unitPriceMinor,
      lineTotalMinor,
    })),
  });
  await tx.checkout.update({
    where: { checkoutId_customerId: { checkoutId, customerId } },
    data: {
      ...totalsOf(cart, delivery),
      ...(stored.length > 0 && { version: { increment: 1 } }),
      updatedAt: new Date(),
    },
  });
}

function totalsOf(cart: Cart, delivery: Delivery) {
  const { subtotalMinor } = cart;
  const delivered = deliveryMinor(delivery, subtotalMinor);
  return { subtotalMinor, deliveryMinor: delivered, totalMinor: subtotalMinor + delivered };
}
