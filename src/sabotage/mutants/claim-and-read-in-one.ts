import type { Tx } from '../../database/database.ts';
import type { Call, Finished, Mutation, Refusal, Settled } from '../../idempotency/index.ts';
import { idOf, replayOf, type Row } from '../naive/key-table.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import { NaiveOperation, perform, type NaiveOperationOptions } from '../naive/naive-operation.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 46: claim and read of the winner in one statement. Each half is right. But all parts of a statement
 * see one snapshot: the loser, who waited for the winner's claim to commit, inserts nothing and reads
 * nothing, and nothing is taken for a new key.
 *
 * Hidden by the intent guard.
 */
export const claimAndReadInOne: Sabotage = {
  engine: (options, database) => new ClaimAndReadInOne(options, database),
};

class ClaimAndReadInOne extends NaiveEngine {
  protected readonly sabotage = 'claim-and-read-in-one';

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const id = this.ports.newOperationId();
    const options = { database: this.database, id, remoteKey: (step: string) => `${id}:${step}` };
    try {
      const settled = await perform(mutation, new ClaimingOperation(options, call));
      await this.keys.save(call, settled);
      return settled;
    } catch (error) {
      if (!(error instanceof Found)) throw error;
      const stored = replayOf(error.row);
      if (stored !== null) return stored;
      throw this.inProgress(error.row.operationId);
    }
  }
}

/** The claim rides with the first step, as it should. */
class ClaimingOperation extends NaiveOperation {
  readonly #call: Call;
  #isClaimed = false;

  constructor(options: NaiveOperationOptions, call: Call) {
    super(options);
    this.#call = call;
  }

  override transact<R>(step: string, work: (tx: Tx) => Promise<R | Refusal | Finished<unknown>>): Promise<R> {
    if (this.#isClaimed) return super.transact(step, work);
    this.#isClaimed = true;
    return super.transact(step, async (tx) => {
      await this.#claim(tx);
      return work(tx);
    });
  }

  async #claim(tx: Tx): Promise<void> {
    const { key, scope, procedure } = idOf(this.#call);
    const { principal, policy } = this.#call;
    const [row] = await tx.$queryRaw<Row[]>`
      WITH claimed AS (
        INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint,
          policy_version, state, fence, holder, lease_until, next_try_at, created_at)
        VALUES (${key}::uuid, ${scope}, ${procedure}, ${this.id}, ${principal}, '', ${policy.version},
          'running', 1, 'nobody', clock_timestamp(), clock_timestamp(), clock_timestamp())
        ON CONFLICT DO NOTHING RETURNING key)
      SELECT operation_id AS "operationId", state, outcome, false AS "isExpired" FROM idempotency_record
      WHERE key = ${key}::uuid AND scope = ${scope} AND procedure = ${procedure}
        AND NOT EXISTS (SELECT FROM claimed)`;
    if (row !== undefined) throw new Found(row);
  }
}

class Found extends Error {
  override readonly name = 'Found';
  readonly row: Row;

  constructor(row: Row) {
    super('The key is taken.');
    this.row = row;
  }
}
