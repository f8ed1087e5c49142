/** A key as it came with the request. */
export type RequestKey =
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed' }
  | {
      readonly kind: 'valid';
      /** Lower-case UUIDv7. */
      readonly key: string;
      /** When the key was made, from its first 48 bits: milliseconds since 1970. */
      readonly madeAtMs: number;
    };

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Reads an idempotency key.
 *
 * A key is a UUIDv7, so it knows its age: 'expired' and 'never seen' can't be confused, which a store
 * that forgets keys after N hours does confuse (there, a late retry executes a second time).
 *
 * @see RFC 9562, section 5.7
 */
export function parseKey(header: string | null | undefined): RequestKey {
  if (header === null || header === undefined || header === '') return { kind: 'missing' };
  const key = header.toLowerCase();
  if (!UUID_V7.test(key)) return { kind: 'malformed' };
  return { kind: 'valid', key, madeAtMs: Number.parseInt(key.slice(0, 8) + key.slice(9, 13), 16) };
}
