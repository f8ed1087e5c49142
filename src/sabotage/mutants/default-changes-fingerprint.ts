import type { Tx } from '../../database/database.ts';
import { Engine, type Call, type Mutation, type Settled } from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 49: a deployment adds a field with a default to the input, and the fingerprint is taken of the parsed
 * input as the new version has it. A retry that comes across the deployment is the same request, and another
 * fingerprint. One node runs this; the others are of the version before.
 *
 * Nothing hides it.
 */
export const defaultChangesFingerprint: Sabotage = {
  engine: (options) => new DefaultChangesFingerprint(options),
};

class DefaultChangesFingerprint extends Engine<Tx> {
  override run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    hit('default-changes-fingerprint');
    const input = { ...(JSON.parse(call.input) as object), giftWrap: false };
    const fingerprint = this.ports.sha256(this.ports.canonicalize(input));
    return super.run({ ...call, fingerprints: new Map([[call.policy.version, fingerprint]]) }, mutation);
  }
}
