import type { Claim, RecordId, Session, Settlement } from '../../idempotency/index.ts';
import type { Tx } from '../../database/database.ts';
import { SessionAround, StoreAround } from '../around/store-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 9: the fingerprint is taken after the work, of an input that the work has changed (it has put the
 * order's id there). What is stored then is the fingerprint of a request that nobody sends, and every honest
 * retry is another payload.
 *
 * Nothing hides it.
 */
export const fingerprintAfterWork: Sabotage = { store: (store) => new FingerprintAfterWork(store) };

class FingerprintAfterWork extends StoreAround {
  protected override around(session: Session<Tx>): Session<Tx> {
    return new SettlesWithAnotherFingerprint(session);
  }
}

class SettlesWithAnotherFingerprint extends SessionAround {
  override async settle(id: RecordId, claim: Claim, settlement: Settlement): Promise<void> {
    hit('fingerprint-after-work');
    await this.tx.$executeRaw`
      UPDATE idempotency_record SET fingerprint = md5(fingerprint || operation_id)
      WHERE key = ${id.key}::uuid AND scope = ${id.scope} AND procedure = ${id.procedure}`;
    await super.settle(id, claim, settlement);
  }
}
