import type { Database, Tx } from '../../database/database.ts';
import {
  Engine,
  type Call,
  type EngineOptions,
  type Mutation,
  type Settled,
} from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import { idOf, KeyTable } from '../naive/key-table.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 19: the payload is compared only with finished work. A dead holder's operation is taken over by
 * whoever sends its key, and goes on with what that one wants: half of one purchase, half of another.
 *
 * Nothing hides it.
 */
export const takeoverByAnyone: Sabotage = {
  engine: (options, database) => new TakeoverByAnyone(options, database),
};

class TakeoverByAnyone extends Engine<Tx> {
  readonly #keys: KeyTable;
  readonly #store: EngineOptions<Tx>['store'];

  constructor(options: EngineOptions<Tx>, database: Database) {
    super(options);
    this.#keys = new KeyTable(database);
    this.#store = options.store;
  }

  override async run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    if (call.key.kind !== 'valid') return super.run(call, mutation);
    const row = await this.#keys.find(idOf(call));
    if (row?.state !== 'running') return super.run(call, mutation);
    const { record } = await this.#store.read(idOf(call));
    if (record === null) return super.run(call, mutation);
    hit('takeover-by-anyone');
    const fingerprints = new Map([[call.policy.version, record.fingerprint]]);
    return super.run({ ...call, fingerprints }, mutation);
  }
}
