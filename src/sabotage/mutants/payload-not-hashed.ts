import type { Tx } from '../../database/database.ts';
import { Engine, type Call, type Mutation, type Settled } from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 23: the payload isn't part of what is stored under a key. A key that comes with another card, or
 * another cart, gets the answer of the first.
 *
 * Nothing hides it.
 */
export const payloadNotHashed: Sabotage = { engine: (options) => new PayloadNotHashed(options) };

class PayloadNotHashed extends Engine<Tx> {
  override run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    hit('payload-not-hashed');
    const fingerprints = new Map([[call.policy.version, 'the same for all']]);
    return super.run({ ...call, fingerprints }, mutation);
  }
}
