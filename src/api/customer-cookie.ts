import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

export const CUSTOMER_COOKIE = 'customer';
/** Readable by the page: whose pending attempts lie in this browser. A hash of the id, so no secret. */
export const CUSTOMER_MARK_COOKIE = 'customer_mark';
/** A year, in seconds. */
export const CUSTOMER_COOKIE_MAX_AGE_S = 365 * 24 * 60 * 60;

export function newCustomerId(): string {
  return `cus_${randomUUID().replaceAll('-', '')}`;
}

/** A guest's cookie: an id and the proof that we made it. */
export function customerCookie(customerId: string, secret: string): string {
  return `${customerId}.${sign(customerId, secret)}`;
}

/** @returns the customer's id, or null for a cookie that we didn't make */
export function readCustomerCookie(value: string | undefined, secret: string): string | null {
  const [customerId, signature, ...rest] = value?.split('.') ?? [];
  if (customerId === undefined || signature === undefined || rest.length > 0) return null;
  const expected = Buffer.from(sign(customerId, secret));
  const actual = Buffer.from(signature);
  return expected.length === actual.length && timingSafeEqual(expected, actual) ? customerId : null;
}

export function customerMark(customerId: string): string {
  return createHash('sha256').update(customerId).digest('base64url').slice(0, 16);
}

function sign(customerId: string, secret: string): string {
  return createHmac('sha256', secret).update(customerId).digest('base64url');
}
