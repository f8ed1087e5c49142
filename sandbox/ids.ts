import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 24 characters of 62: as long as Stripe's own, and far from any collision. */
const RANDOM_CHARACTERS = 24;

export type IdPrefix = 'pi' | 'ch' | 're' | 'req';

export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomText(RANDOM_CHARACTERS)}`;
}

export function randomText(length: number): string {
  // The modulo's bias is harmless: ids must be distinct here, not unguessable.
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
