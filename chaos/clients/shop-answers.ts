import { asOutcomeSeen, asPlacedOrder } from '../history/value.ts';
import type { AskedLine, OrderSeen } from '../history/value.ts';
import type { Accept } from './wire.ts';

/** A checkout as its customer sees it before pressing Pay. */
export interface Offer {
  checkoutId: string;
  version: number;
  lines: AskedLine[];
  totalMinor: number;
  currency: string;
}

/**
 * The harness's own reading of the shop's published answers. Each returns null for a body that it doesn't
 * accept, and nothing of the product's schemas is used: a reader shared with the shop would accept its mistakes.
 */
export function asOffer(data: unknown): Offer | null {
  if (!isObject(data) || !Array.isArray(data['lines'])) return null;
  const { checkoutId, version, totalMinor, currency } = data;
  if (typeof checkoutId !== 'string' || typeof currency !== 'string') return null;
  if (!Number.isSafeInteger(version) || !Number.isSafeInteger(totalMinor)) return null;
  const lines: AskedLine[] = [];
  for (const line of data['lines'] as unknown[]) {
    if (!isObject(line) || typeof line['sku'] !== 'string') return null;
    const { sku, quantity, unitPriceMinor } = line;
    if (!Number.isSafeInteger(quantity) || !Number.isSafeInteger(unitPriceMinor)) return null;
    lines.push({ sku, quantity: quantity as number, unitPriceMinor: unitPriceMinor as number });
  }
  return { checkoutId, version: version as number, lines, totalMinor: totalMinor as number, currency };
}

export function asOrder(data: unknown): OrderSeen | null {
  if (!isObject(data) || !isObject(data['contact'])) return null;
  const { orderId, status, totalMinor } = data;
  const { email } = data['contact'];
  if (typeof orderId !== 'string' || typeof email !== 'string' || !Number.isSafeInteger(totalMinor))
    return null;
  if (status !== 'pending' && status !== 'paid' && status !== 'failed') return null;
  return { orderId, status, totalMinor: totalMinor as number, email };
}

export function asOrders(data: unknown): OrderSeen[] | null {
  if (!Array.isArray(data)) return null;
  const orders = data.map(asOrder);
  return orders.every((order) => order !== null) ? orders : null;
}

/** Any JSON object: steps whose answers nothing is built on. */
export function asAnything(data: unknown): unknown {
  return isObject(data) ? data : null;
}

/** What each procedure answers, by its path. */
export const ACCEPT: Readonly<Record<string, Accept>> = {
  'cart.setLine': asAnything,
  'checkout.open': asOffer,
  'checkout.setDetails': asOffer,
  'checkout.preparePayment': asAnything,
  'checkout.placeOrder': asPlacedOrder,
  'operations.outcome': asOutcomeSeen,
  'operations.close': asOutcomeSeen,
  'orders.get': asOrder,
  'orders.list': asOrders,
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
