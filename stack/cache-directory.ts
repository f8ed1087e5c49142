import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * What may be lost at any time and is costly to get again: outside the clone, so that `npm ci` and a
 * fresh clone don't pay for it again.
 */
export function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['CHECKOUT_CACHE_DIR'] ?? join(base, 'checkout-that-cant-charge-twice');
}
