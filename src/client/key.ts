import { v7 } from 'uuid';

/** Returns that many random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/**
 * Mints an idempotency key: a UUIDv7, whose first 48 bits are the time it was made.
 *
 * @param serverNowMs - the *server's* time, from a `ServerClock`: the server compares its own clock with it.
 * @param randomBytes - for runs that must be repeatable; by default the platform's cryptographic source, since
 * two customers' keys must not meet.
 */
export function mintKey(serverNowMs: number, randomBytes?: RandomBytes): string {
  const msecs = Math.max(0, Math.floor(serverNowMs));
  return randomBytes === undefined ? v7({ msecs }) : v7({ msecs, random: randomBytes(16) });
}

/** The time a key was made, in milliseconds since 1970. */
export function keyTimeMs(key: string): number {
  return Number.parseInt(key.replaceAll('-', '').slice(0, 12), 16);
}
