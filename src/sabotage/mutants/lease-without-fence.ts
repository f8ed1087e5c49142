import { LockWithTtl } from '../naive/lock-with-ttl.ts';
import type { Sabotage } from '../sabotage.ts';

/** Long enough for everything that usually happens. */
const TTL_MS = 2_000;

/**
 * Hazard 6: the lock's time is shorter than the work may take, and there is no fence. A holder that stands
 * still for longer than that goes on where it was, beside the one who has taken its place.
 *
 * Hidden by the intent guard.
 */
export const leaseWithoutFence: Sabotage = {
  engine: (options, database) =>
    new LockWithTtl(options, database, { sabotage: 'lease-without-fence', ttlMs: TTL_MS }),
};
