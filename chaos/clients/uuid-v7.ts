import type { RandomStream } from '../random.ts';

/**
 * An idempotency key as the published contract wants it: a UUIDv7, whose first 48 bits are the time.
 * Written here from RFC 9562 rather than taken from the product, whose own way of minting is under test.
 */
export function uuidV7(nowMs: number, random: RandomStream): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  for (let at = 6; at < 16; at += 1) bytes[at] = random.integer(0, 255);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
