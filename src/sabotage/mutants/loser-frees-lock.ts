import type { Settled } from '../../idempotency/index.ts';
import type { Call } from '../../idempotency/index.ts';
import { idOf } from '../naive/key-table.ts';
import { LockWithTtl } from '../naive/lock-with-ttl.ts';
import type { Sabotage } from '../sabotage.ts';

/** Longer than any call takes. */
const TTL_MS = 60_000;

/**
 * Hazard 7: the loser frees the lock. It stands in a `finally`, and runs for the one who never had the lock as
 * well: that one takes it off the holder, and the next to come does the work a second time.
 *
 * Hidden by the intent guard.
 */
export const loserFreesLock: Sabotage = {
  engine: (options, database) =>
    new LoserFreesLock(options, database, { sabotage: 'loser-frees-lock', ttlMs: TTL_MS }),
};

class LoserFreesLock extends LockWithTtl {
  protected override async lost(call: Call): Promise<Settled> {
    try {
      return await super.lost(call);
    } finally {
      await this.keys.remove(idOf(call));
    }
  }
}
