import { Engine, type Claim, type IdempotencyRecord, type RecordId } from '../../idempotency/index.ts';
import { StoreAround } from '../around/store-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 39: the work of a dead process can be finished only by that same process, since it is filed under its
 * name. It is gone for good, and so is its work: all others say that it is in progress.
 *
 * Nothing hides it.
 */
export const onlyItsOwn: Sabotage = {
  store: (store) => new OnlyItsOwn(store),
  engine: ({ ports, ...options }) =>
    new Engine({
      ...options,
      ports: { ...ports, newHolderToken: () => `${OWN_NAME}/${ports.newHolderToken()}` },
    }),
};

/** A new one for each process that starts, as a container's name is. */
const OWN_NAME = `${process.env['NODE_NAME'] ?? 'node'}/${process.pid}/${Date.now()}`;

class OnlyItsOwn extends StoreAround {
  override async takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null> {
    if (from.holder.startsWith(OWN_NAME)) return super.takeOver(id, from, to);
    hit('only-its-own');
    return null;
  }

  override abandoned(): Promise<RecordId[]> {
    return Promise.resolve([]);
  }
}
