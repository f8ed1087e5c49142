import type { Tx } from '../../database/database.ts';
import {
  Engine,
  type Call,
  type Completion,
  type Inquiry,
  type Mutation,
  type Question,
  type RecordId,
  type Settled,
} from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

const EVERYBODY = 'everybody';

/**
 * Hazard 21: a key isn't bound to its user. Who knows somebody's key (it is in a log, in an error report, on a
 * shared screen) is told what it has bought.
 *
 * Nothing hides it.
 */
export const sharedScope: Sabotage = { engine: (options) => new SharedScope(options) };

class SharedScope extends Engine<Tx> {
  override run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    return super.run({ ...call, ...shared() }, mutation);
  }

  override inquire(question: Question): Promise<Inquiry> {
    return super.inquire({ ...question, ...shared() });
  }

  override close(question: Question): Promise<Inquiry> {
    return super.close({ ...question, ...shared() });
  }

  /** Its owner is known from nowhere now: the completer leaves such work alone. */
  override complete(_id: RecordId, _completion: Completion<Tx>): Promise<null> {
    return Promise.resolve(null);
  }
}

function shared(): { scope: string; principal: string } {
  hit('shared-scope');
  return { scope: EVERYBODY, principal: EVERYBODY };
}
