import { LockWithTtl } from '../naive/lock-with-ttl.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 8: a deadline of zero. The lock's time is computed from what is left of the request's, and that is
 * known only if somebody has said it; nobody has, so it is nothing, and the next one takes the lock at once.
 *
 * Hidden by the intent guard.
 */
export const zeroLease: Sabotage = {
  engine: (options, database) => new LockWithTtl(options, database, { sabotage: 'zero-lease', ttlMs: 0 }),
};
