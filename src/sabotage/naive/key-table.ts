import type { Database } from '../../database/database.ts';
import type { Call, Outcome, RecordId, Settled } from '../../idempotency/index.ts';

/** What a naive engine finds under a key. */
export interface Row {
  readonly operationId: string;
  readonly state: string;
  readonly outcome: string | null;
  /** By the database's clock. */
  readonly isExpired: boolean;
}

/**
 * The table of keys as naive engines use it: single statements, each a transaction of its own, none of which
 * tests who is asking. It is the shop's own table, so that all that reads it finds what it expects.
 */
export class KeyTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(id: RecordId): Promise<Row | null> {
    const [row] = await this.#database.$queryRaw<Row[]>`
      SELECT operation_id AS "operationId", state, outcome, lease_until <= clock_timestamp() AS "isExpired"
      FROM idempotency_record
      WHERE key = ${id.key}::uuid AND scope = ${id.scope} AND procedure = ${id.procedure}`;
    return row ?? null;
  }

  /** @returns whether there was none */
  async insert(
    call: Call,
    operationId: string,
    { state = 'running', outcome = null, ttlMs }: { state?: string; outcome?: string | null; ttlMs: number },
  ): Promise<boolean> {
    const { key, scope, procedure } = idOf(call);
    const isSettled = state !== 'running';
    const inserted = await this.#database.$executeRaw`
      INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint, policy_version,
        state, fence, holder, lease_until, next_try_at, input, outcome, created_at, settled_at)
      VALUES (${key}::uuid, ${scope}, ${procedure}, ${operationId}, ${call.principal},
        ${call.fingerprints.get(call.policy.version) ?? ''}, ${call.policy.version}, ${state}, 1, 'nobody',
        clock_timestamp() + ${ttlMs}::bigint * interval '1 ms', clock_timestamp(), ${call.input}, ${outcome},
        clock_timestamp(), CASE WHEN ${isSettled} THEN clock_timestamp() END)
      ON CONFLICT DO NOTHING`;
    return inserted === 1;
  }

  /** Of several who find it expired one gets it. */
  async takeExpired(id: RecordId, ttlMs: number): Promise<boolean> {
    const taken = await this.#database.$executeRaw`
      UPDATE idempotency_record SET lease_until = clock_timestamp() + ${ttlMs}::bigint * interval '1 ms'
      WHERE key = ${id.key}::uuid AND scope = ${id.scope} AND procedure = ${id.procedure}
        AND state = 'running' AND lease_until <= clock_timestamp()`;
    return taken === 1;
  }

  async expireIn(id: RecordId, ttlMs: number): Promise<void> {
    await this.#database.$executeRaw`
      UPDATE idempotency_record SET lease_until = clock_timestamp() + ${ttlMs}::bigint * interval '1 ms'
      WHERE key = ${id.key}::uuid AND scope = ${id.scope} AND procedure = ${id.procedure}`;
  }

  async remove(id: RecordId): Promise<void> {
    await this.#database.$executeRaw`
      DELETE FROM idempotency_record
      WHERE key = ${id.key}::uuid AND scope = ${id.scope} AND procedure = ${id.procedure} AND state = 'running'`;
  }

  /** Whatever is there, whoever put it there. */
  async save(call: Call, { operationId, outcome }: Settled): Promise<void> {
    const id = idOf(call);
    const text = outcome.kind === 'void' ? null : outcome.text;
    if (await this.insert(call, operationId, { state: outcome.kind, outcome: text, ttlMs: 0 })) return;
    await this.#database.$executeRaw`
      UPDATE idempotency_record
      SET state = ${outcome.kind}, outcome = ${text}, operation_id = ${operationId}, settled_at = clock_timestamp()
      WHERE key = ${id.key}::uuid AND scope = ${id.scope} AND procedure = ${id.procedure}`;
  }
}

export function idOf({ key, scope, procedure }: Call): RecordId {
  if (key.kind !== 'valid') throw new Error('Even a naive engine needs a key.');
  return { key: key.key, scope, procedure };
}

/** The stored answer, if that's what the row is. */
export function replayOf(row: Row | null): Settled | null {
  if (row?.outcome === null || row?.outcome === undefined) return null;
  const outcome: Outcome = { kind: row.state === 'failed' ? 'failed' : 'succeeded', text: row.outcome };
  return { operationId: row.operationId, outcome, replayed: true };
}
