import type { IdempotencyRecord, RecordId } from '../../idempotency/index.ts';
import { StoreAround } from '../around/store-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 5: a claim never expires. Whoever holds it has it for ever, a dead process too: its operation stays
 * as it was, and every retry is told that it is in progress.
 *
 * Nothing hides it.
 */
export const claimNeverExpires: Sabotage = { store: (store) => new ClaimNeverExpires(store) };

class ClaimNeverExpires extends StoreAround {
  override takeOver(): Promise<IdempotencyRecord | null> {
    hit('claim-never-expires');
    return Promise.resolve(null);
  }

  override abandoned(): Promise<RecordId[]> {
    return Promise.resolve([]);
  }
}
