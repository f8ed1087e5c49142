import { randomBytes } from 'node:crypto';

/**
 * Who buys in one test. The nonce in the e-mail address is the only thing by which the oracle finds the
 * order: the shop carries it, and decides nothing by it.
 */
export interface Buyer {
  readonly email: string;
  readonly fullName: string;
  readonly line1: string;
  readonly postalCode: string;
  readonly city: string;
}

export function newBuyer(): Buyer {
  const nonce = randomBytes(6).toString('hex');
  return {
    email: `buyer-${nonce}@example.com`,
    fullName: 'Ada Lovelace',
    line1: 'Deichstraße 27',
    postalCode: '20459',
    city: 'Hamburg',
  };
}
