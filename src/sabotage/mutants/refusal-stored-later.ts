import type { Tx } from '../../database/database.ts';
import {
  Engine,
  type Call,
  type Claim,
  type EngineOptions,
  type Mutation,
  type NewRecord,
  type RecordId,
  type Session,
  type Settled,
  type Settlement,
} from '../../idempotency/index.ts';
import { SessionAround, StoreAround } from '../around/store-around.ts';
import { hit } from '../hit.ts';
import { idOf } from '../naive/key-table.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 43: a refusal rolls its transaction back, the claim with it, and is stored afterwards in another one.
 * Between the two the key is free: a second call with it gets in, and there is stock by now. One is told no,
 * the other yes.
 *
 * Nothing hides it.
 */
export const refusalStoredLater: Sabotage = {
  engine: (options) => new RefusalStoredLater(options),
};

/** Undoes the transaction; what came of it goes on. */
class RolledBack extends Error {
  override readonly name = 'RolledBack';
  readonly result: unknown;

  constructor(result: unknown) {
    super('Refused: the transaction is undone.');
    this.result = result;
  }
}

class RefusalStoredLater extends Engine<Tx> {
  readonly #store: RefusalsRollBack;

  constructor(options: EngineOptions<Tx>) {
    const store = new RefusalsRollBack(options.store);
    super({ ...options, store });
    this.#store = store;
  }

  override async run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const settled = await super.run(call, mutation);
    if (call.key.kind === 'valid') await this.#store.storeRefusalOf(idOf(call));
    return settled;
  }
}

class RefusalsRollBack extends StoreAround {
  readonly #unstored = new Map<string, RefusingSession>();

  override async transaction<R>(work: (session: Session<Tx>) => Promise<R>): Promise<R> {
    try {
      return await this.store.transaction(async (inner) => {
        const session = new RefusingSession(inner);
        const result = await work(session);
        if (session.refusal === null) return result;
        this.#unstored.set(JSON.stringify(session.refusal.id), session);
        throw new RolledBack(result);
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      hit('refusal-stored-later');
      return error.result as R;
    }
  }

  async storeRefusalOf(id: RecordId): Promise<void> {
    const { claimed = null, refusal = null } = this.#unstored.get(JSON.stringify(id)) ?? {};
    if (claimed === null || refusal === null) return;
    this.#unstored.delete(JSON.stringify(id));
    await this.store.transaction(async (session) => {
      // If another has come in between, that one's answer stays; this one's was given all the same.
      if (await session.claim(claimed)) await session.settle(id, refusal.claim, refusal.settlement);
    });
  }
}

class RefusingSession extends SessionAround {
  claimed: NewRecord | null = null;
  refusal: { id: RecordId; claim: Claim; settlement: Settlement } | null = null;

  override async claim(record: NewRecord): Promise<boolean> {
    const won = await super.claim(record);
    if (won) this.claimed = record;
    return won;
  }

  override async settle(id: RecordId, claim: Claim, settlement: Settlement): Promise<void> {
    if (this.claimed === null || settlement.state !== 'failed') return super.settle(id, claim, settlement);
    const { key, scope, procedure } = id;
    this.refusal = { id: { key, scope, procedure }, claim, settlement };
  }
}
