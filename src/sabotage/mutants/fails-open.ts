import type { Database, Tx } from '../../database/database.ts';
import {
  IdempotencyError,
  type Call,
  type EngineOptions,
  type Mutation,
  type Settled,
} from '../../idempotency/index.ts';
import { EngineAround } from '../around/engine-around.ts';
import { hit } from '../hit.ts';
import { NaiveOperation, perform } from '../naive/naive-operation.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 12: when the store gives no good answer, the request runs unguarded: better a sale without a key
 * than no sale. The store has given no good answer because its answer was lost, and the sale was made.
 *
 * Hidden by the intent guard.
 */
export const failsOpen: Sabotage = { engine: (options, database) => new FailsOpen(options, database) };

class FailsOpen extends EngineAround {
  readonly #database: Database;

  constructor(options: EngineOptions<Tx>, database: Database) {
    super(options);
    this.#database = database;
  }

  override async run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    try {
      return await super.run(call, mutation);
    } catch (error) {
      if (!(error instanceof IdempotencyError) || !FROM_THE_STORE.has(error.code)) throw error;
      hit('fails-open');
      const id = this.ports.newOperationId();
      return perform(
        mutation,
        new NaiveOperation({ database: this.#database, id, remoteKey: (step) => `${id}:${step}` }),
      );
    }
  }
}

const FROM_THE_STORE: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'INTERNAL']);
