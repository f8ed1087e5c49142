import { z } from 'zod';
import { clientFault } from '../client/client-fault.ts';

const HOUR_MS = 3_600_000;

/** Beyond what the shop accepts, or within it: a key is good for three days back, and five minutes ahead. */
const OFFSETS_MS = [-200 * HOUR_MS, -80 * HOUR_MS, -30 * HOUR_MS, 1 * HOUR_MS, 50 * HOUR_MS] as const;

/**
 * A customer's clock is days off, and with it the keys that they make by it. The clocks of nodes are
 * another matter: they can only be set wrong through a seam in the build, and no fault here pretends to.
 */
export const clientClock = clientFault({
  name: 'client-clock',
  family: 'clock',
  label: 'wrong clock',
  params: z.strictObject({ offsetMs: z.number().int() }),
  draw: (random) => ({ offsetMs: random.pick(OFFSETS_MS) }),
  describe: ({ offsetMs }, target) =>
    `the clock of ${target} is ${Math.abs(Math.round(offsetMs / HOUR_MS))} hours ${offsetMs < 0 ? 'behind' : 'ahead'}`,
  bites: 'key-of-another-day',
  quirk: ({ offsetMs }) => ({ clockOffsetMs: offsetMs }),
  // A client that has heard the shop's time corrects itself, and then its keys show nothing.
  shows: (watch, { nonce }, { offsetMs }) =>
    watch
      .attempts(nonce)
      .some(
        ({ invoke: { key } }) => key !== null && Math.abs(timeOf(key) - Date.now()) > Math.abs(offsetMs) / 2,
      ),
});

/** Milliseconds since 1970, the first 48 bits of a UUIDv7. */
function timeOf(key: string): number {
  return Number.parseInt(key.replaceAll('-', '').slice(0, 12), 16);
}
