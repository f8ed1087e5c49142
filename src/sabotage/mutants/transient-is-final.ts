import type { Tx } from '../../database/database.ts';
import {
  Refusal,
  TemporarilyUnavailable,
  type Call,
  type Mutation,
  type Settled,
} from '../../idempotency/index.ts';
import { EngineAround } from '../around/engine-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 10: whatever error comes out of the work is stored as its outcome. A provider that couldn't be
 * reached for a moment is now an internal error for ever, whoever asks again.
 *
 * Nothing hides it.
 */
export const transientIsFinal: Sabotage = { engine: (options) => new TransientIsFinal(options) };

class TransientIsFinal extends EngineAround {
  override run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    return super.run(call, async (operation) => {
      try {
        return await mutation(operation);
      } catch (error) {
        if (!(error instanceof TemporarilyUnavailable)) throw error;
        hit('transient-is-final');
        throw new Refusal('INTERNAL', { status: 500, title: 'Internal error', detail: error.message });
      }
    });
  }
}
