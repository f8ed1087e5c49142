import { createHmac } from 'node:crypto';

/**
 * What logs and the audit trail call a key or a customer: a keyed hash, so that a line tells nothing to those
 * who read it, and whoever has the key or the id, and the secret, finds every line. 128 bits: no two are
 * ever called the same.
 */
export function pseudonyms(secret: string): (kind: 'key' | 'scope', value: string) => string {
  return (kind, value) => createHmac('sha256', secret).update(`${kind}:${value}`).digest('hex').slice(0, 32);
}
