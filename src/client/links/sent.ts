import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { AttemptNotSent } from '../attempt-errors.ts';
import type { AttemptStore } from '../attempt-store.ts';
import { failureOf } from '../failure.ts';
import { contextOf } from '../operation-context.ts';
import { asyncLink } from './async-link.ts';

/**
 * Counts each request of a pending attempt in the store before it leaves, and notes the operation's id when an
 * error names it. Whether a later answer speaks for the attempt or for its last request only, depends on that
 * count.
 */
export function sent({ store }: { readonly store: AttemptStore }): TRPCLink<AnyTRPCRouter> {
  return asyncLink(async (op, send) => {
    const { pending, attempt = 1 } = contextOf(op);
    if (pending === undefined) throw new AttemptNotSent(`${op.path} has no pending attempt`);

    const held = store.read(pending);
    try {
      if (held === null) {
        // Another tab has settled the attempt, or its caller gave it up before it was ever sent. Nothing may be
        // under way unstored; and what that tab sent must be counted, though its count is gone.
        store.write({ ...pending, attempts: attempt + 1 });
      } else if (held.key === pending.key) {
        store.write({ ...held, attempts: held.attempts + 1 });
      }
      // Another key in the slot was minted because ours had a definite answer, or can't be used. This request
      // will be told the same, and the slot is not its own any longer.
    } catch (error) {
      throw new AttemptNotSent('The attempt could not be stored', error);
    }

    try {
      return await send(op);
    } catch (error) {
      const { operationId } = failureOf(error);
      const still = store.read(pending);
      if (operationId !== null && still?.key === pending.key) store.write({ ...still, operationId });
      throw error;
    }
  });
}
