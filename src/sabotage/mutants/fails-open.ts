import { setTimeout as sleep } from 'node:timers/promises';
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

/** Many times what a call takes on a quiet day. */
const PATIENCE_MS = 2_000;

/**
 * Hazard 12: when the store gives no good answer in time, the request runs unguarded: better a sale without a
 * key than no sale. But no answer isn't no, and the guarded one may be on its way.
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
    const guarded = super.run(call, mutation).catch((error: unknown) => {
      if (error instanceof IdempotencyError && FROM_THE_STORE.has(error.code)) return null;
      throw error;
    });
    // Nobody may be left to see it fail.
    guarded.catch(() => undefined);
    const settled = await Promise.race([guarded, sleep(PATIENCE_MS, null)]);
    if (settled !== null) return settled;
    hit('fails-open');
    const id = this.ports.newOperationId();
    return perform(
      mutation,
      new NaiveOperation({ database: this.#database, id, remoteKey: (step) => `${id}:${step}` }),
    );
  }
}

const FROM_THE_STORE: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'INTERNAL']);
