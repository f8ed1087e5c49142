import type { Policy } from './policy.ts';
import type { Ports } from './ports.ts';
import type { Claim, RecordId } from './record.ts';
import type { Store } from './store.ts';

/** Three renewals a lease: one may fail and the lease still holds. */
const RENEWALS_PER_LEASE = 3;

/**
 * Renews a lease while its holder works, until the policy's deadline.
 *
 * The lease only limits how soon someone else may take over; that a stale holder can't write comes from
 * the fence. So a failed renewal needs no alarm: the holder finds out at its next commit.
 *
 * @returns a function that stops the renewals
 */
export function keepLease(
  store: Pick<Store<unknown>, 'renew'>,
  ports: Pick<Ports, 'sleep' | 'monotonicMs'>,
  policy: Pick<Policy, 'leaseMs' | 'renewalDeadlineMs'>,
  id: RecordId,
  claim: Claim,
): () => void {
  const stop = new AbortController();
  const startedMs = ports.monotonicMs();
  const renewals = async (): Promise<void> => {
    while (ports.monotonicMs() - startedMs < policy.renewalDeadlineMs) {
      await ports.sleep(policy.leaseMs / RENEWALS_PER_LEASE, stop.signal);
      if (stop.signal.aborted) return;
      const held = await store.renew(id, claim, policy.leaseMs).catch(() => true);
      if (!held) return;
    }
  };
  void renewals();
  return () => {
    stop.abort();
  };
}
