import {
  ClaimLost,
  COMPENSATE,
  StoreUnavailable,
  type Claim,
  type IdempotencyRecord,
  type NewRecord,
  type Reading,
  type RecordKind,
  type RecordId,
  type Session,
  type Settlement,
  type Store,
  type Upgrade,
} from '../core/index.ts';
import { errorAtCommit, errorBeforeCommit, sqlState } from './errors.ts';

/** What the store uses of a Prisma transaction client. Values travel as parameters, never in the text. */
export interface RawClient {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number>;
}

/** What the store uses of a Prisma client; any generated client fits. */
export interface TransactionalClient<Tx extends RawClient> extends RawClient {
  $transaction<R>(work: (tx: Tx) => Promise<R>, options: { maxWait: number; timeout: number }): Promise<R>;
}

export interface PrismaStoreOptions<Tx extends RawClient> {
  client: TransactionalClient<Tx>;
  /** Lease renewals go over connections of their own: a full pool must not cost a lease. */
  leaseClient: RawClient;
  /** Waiting for a connection. */
  maxWaitMs: number;
  transactionTimeoutMs: number;
}

const COLUMNS = `r.key, r.scope, r.procedure, r.operation_id AS "operationId", r.principal, r.fingerprint,
  r.policy_version AS "policyVersion", r.state, r.fence, r.holder, r.lease_until AS "leaseUntil",
  r.next_try_at AS "nextTryAt", r.tries, r.steps, r.input, r.outcome, r.created_at AS "createdAt",
  r.settled_at AS "settledAt"`;

const IDENTITY = `r.key = $1::uuid AND r.scope = $2 AND r.procedure = $3`;
const HELD = `${IDENTITY} AND r.fence = $4 AND r.holder = $5 AND r.settled_at IS NULL`;

/** ON CONFLICT DO NOTHING waits for an open transaction that inserted the same identity: the index is the queue. */
const CLAIM = `
  INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint, policy_version,
    state, fence, holder, lease_until, next_try_at, input, created_at)
  SELECT $1::uuid, $2, $3, $6, $7, $8, $9::int, 'running', $4::int, $5,
    clock_timestamp() + $10::int * interval '1 ms', clock_timestamp(), $11, clock_timestamp()
  WHERE $12::timestamptz BETWEEN clock_timestamp() - $13::bigint * interval '1 ms'
                             AND clock_timestamp() + $14::bigint * interval '1 ms'
  ON CONFLICT DO NOTHING
  RETURNING operation_id`;

const READ = `
  SELECT clock_timestamp() AS now, ${COLUMNS}
  FROM (SELECT) AS always LEFT JOIN idempotency_record r ON ${IDENTITY}`;

const LOCK = `SELECT ${COLUMNS} FROM idempotency_record r WHERE ${IDENTITY} FOR UPDATE`;

const SAVE_STEPS = `
  UPDATE idempotency_record r SET state = $8, steps = r.steps || (
      SELECT jsonb_object_agg(step.key, step.value || jsonb_build_object('finishedAt', clock_timestamp()))
      FROM jsonb_each($6::jsonb) AS step),
    lease_until = clock_timestamp() + $7::int * interval '1 ms'
  WHERE ${HELD} RETURNING r.operation_id`;

const SETTLE = `
  UPDATE idempotency_record r SET state = $6, outcome = $7, input = NULL, settled_at = clock_timestamp()
  WHERE ${HELD} RETURNING r.operation_id`;

const TAKE_OVER = `
  UPDATE idempotency_record r SET fence = r.fence + 1, holder = $6, tries = r.tries + 1,
    lease_until = clock_timestamp() + $7::int * interval '1 ms'
  WHERE ${HELD} AND r.state <> 'stuck'
    AND r.lease_until <= clock_timestamp() AND r.next_try_at <= clock_timestamp()
  RETURNING ${COLUMNS}`;

const UPGRADE = `
  UPDATE idempotency_record r SET policy_version = $6::int, fingerprint = $7, input = $8, steps = $9::jsonb
  WHERE ${HELD} RETURNING r.operation_id`;

const RENEW = `
  UPDATE idempotency_record r SET lease_until = clock_timestamp() + $6::int * interval '1 ms'
  WHERE ${HELD} RETURNING r.operation_id`;

const RELEASE = `
  UPDATE idempotency_record r SET
    state = CASE WHEN r.state = 'compensating' AND $6 <> 'stuck' THEN r.state ELSE $6 END,
    lease_until = clock_timestamp(), next_try_at = clock_timestamp() + $7::int * interval '1 ms'
  WHERE ${HELD} AND r.state <> 'stuck' AND ($6 <> 'stuck' OR r.lease_until <= clock_timestamp())
  RETURNING r.operation_id`;

const REOPEN = `
  UPDATE idempotency_record r SET
    state = CASE WHEN r.steps ? '${COMPENSATE}' THEN 'compensating' ELSE 'outcome_unknown' END,
    tries = greatest(0, r.tries - 1), lease_until = clock_timestamp(), next_try_at = clock_timestamp()
  WHERE ${HELD} AND r.state = 'stuck' RETURNING r.operation_id`;

const ABANDONED = `
  SELECT r.key, r.scope, r.procedure FROM idempotency_record r
  WHERE r.settled_at IS NULL AND r.state <> 'stuck'
    AND r.lease_until <= clock_timestamp() AND r.next_try_at <= clock_timestamp()
    AND ($2::text[] IS NULL OR (r.procedure, r.policy_version) IN (SELECT * FROM unnest($2::text[], $3::int[])))
  ORDER BY r.next_try_at LIMIT $1::int`;

type ReadingRow = { now: Date } & { [K in keyof IdempotencyRecord]: IdempotencyRecord[K] | null };

/**
 * Records in Postgres, in the same transactions as the application's own writes.
 *
 * The session must run at READ COMMITTED: the loser of a claim reads the winner's record in a new
 * statement, and must see it.
 */
export class PrismaStore<Tx extends RawClient> implements Store<Tx> {
  readonly #client: TransactionalClient<Tx>;
  readonly #leaseClient: RawClient;
  readonly #transactionOptions: { maxWait: number; timeout: number };

  constructor(options: PrismaStoreOptions<Tx>) {
    this.#client = options.client;
    this.#leaseClient = options.leaseClient;
    this.#transactionOptions = { maxWait: options.maxWaitMs, timeout: options.transactionTimeoutMs };
  }

  async transaction<R>(work: (session: Session<Tx>) => Promise<R>): Promise<R> {
    let commitSent = false;
    try {
      return await this.#client.$transaction(async (tx) => {
        const result = await work(new PrismaSession(tx));
        commitSent = true;
        return result;
      }, this.#transactionOptions);
    } catch (error) {
      throw commitSent ? errorAtCommit(error) : errorBeforeCommit(error);
    }
  }

  async read(id: RecordId): Promise<Reading> {
    const [row] = await statement<ReadingRow>(this.#client, READ, ...identity(id));
    if (row === undefined) throw new Error('Bug: a reading without a row');
    const { now, ...record } = row;
    return { now, record: record.key === null ? null : (record as IdempotencyRecord) };
  }

  async takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null> {
    const [record] = await statement<IdempotencyRecord>(
      this.#client,
      TAKE_OVER,
      ...identity(id),
      from.fence,
      from.holder,
      to.holder,
      to.leaseMs,
    );
    return record ?? null;
  }

  async upgrade(id: RecordId, claim: Claim, to: Upgrade): Promise<boolean> {
    const rows = await statement(
      this.#client,
      UPGRADE,
      ...identity(id),
      claim.fence,
      claim.holder,
      to.policyVersion,
      to.fingerprint,
      to.input,
      JSON.stringify(to.steps),
    );
    return rows.length === 1;
  }

  async renew(id: RecordId, claim: Claim, leaseMs: number): Promise<boolean> {
    const rows = await statement(
      this.#leaseClient,
      RENEW,
      ...identity(id),
      claim.fence,
      claim.holder,
      leaseMs,
    );
    return rows.length === 1;
  }

  async release(
    id: RecordId,
    claim: Claim,
    as: { state: 'running' | 'outcome_unknown' | 'stuck'; retryInMs: number },
  ): Promise<boolean> {
    const rows = await statement(
      this.#client,
      RELEASE,
      ...identity(id),
      claim.fence,
      claim.holder,
      as.state,
      as.retryInMs,
    );
    return rows.length === 1;
  }

  async reopen(id: RecordId, claim: Claim): Promise<boolean> {
    const rows = await statement(this.#client, REOPEN, ...identity(id), claim.fence, claim.holder);
    return rows.length === 1;
  }

  abandoned(limit: number, kinds?: readonly RecordKind[]): Promise<RecordId[]> {
    const procedures = kinds?.map(({ procedure }) => procedure) ?? null;
    const versions = kinds?.map(({ policyVersion }) => policyVersion) ?? null;
    return statement<RecordId>(this.#client, ABANDONED, limit, procedures, versions);
  }
}

class PrismaSession<Tx extends RawClient> implements Session<Tx> {
  readonly tx: Tx;

  constructor(tx: Tx) {
    this.tx = tx;
  }

  async claim(record: NewRecord): Promise<boolean> {
    try {
      const rows = await this.tx.$queryRawUnsafe<unknown[]>(
        CLAIM,
        ...identity(record),
        record.fence,
        record.holder,
        record.operationId,
        record.principal,
        record.fingerprint,
        record.policyVersion,
        record.leaseMs,
        record.input,
        new Date(record.keyMadeAtMs),
        record.windowBackMs,
        record.windowAheadMs,
      );
      return rows.length === 1;
    } catch (error) {
      // Records have no CHECK, so this can only say that the key's day has no partition: it was
      // dropped, or never made. Either way the key can't be claimed, and must not execute.
      if (sqlState(error) === '23514')
        throw new StoreUnavailable('No partition for this key', { cause: error });
      throw error;
    }
  }

  async lock(id: RecordId): Promise<IdempotencyRecord | null> {
    const [record] = await this.tx.$queryRawUnsafe<IdempotencyRecord[]>(LOCK, ...identity(id));
    return record ?? null;
  }

  async savepoint<R>(work: () => Promise<R>): Promise<R> {
    await this.tx.$executeRawUnsafe('SAVEPOINT work');
    try {
      return await work();
    } catch (error) {
      // On a dead connection this fails as well; the first error is the one that tells.
      await this.tx.$executeRawUnsafe('ROLLBACK TO SAVEPOINT work').catch(() => undefined);
      throw error;
    }
  }

  async saveSteps(
    id: RecordId,
    claim: Claim,
    results: Readonly<Record<string, string>>,
    { state, leaseMs }: { state: 'running' | 'compensating'; leaseMs: number },
  ): Promise<void> {
    const added = Object.entries(results).map(([step, result]) => [step, { result, fence: claim.fence }]);
    await this.#update(SAVE_STEPS, id, claim, JSON.stringify(Object.fromEntries(added)), leaseMs, state);
  }

  async settle(id: RecordId, claim: Claim, settlement: Settlement): Promise<void> {
    await this.#update(SETTLE, id, claim, settlement.state, settlement.outcome);
  }

  /**
   * The last statement of its transaction, and it must return its row: Postgres answers the COMMIT of an
   * aborted transaction with ROLLBACK, and Prisma reports that as success. In an aborted transaction
   * this statement fails instead.
   */
  async #update(sql: string, id: RecordId, claim: Claim, ...values: unknown[]): Promise<void> {
    const rows = await this.tx.$queryRawUnsafe<unknown[]>(
      sql,
      ...identity(id),
      claim.fence,
      claim.holder,
      ...values,
    );
    if (rows.length !== 1) throw new ClaimLost(id);
  }
}

function identity(id: RecordId): [string, string, string] {
  return [id.key, id.scope, id.procedure];
}

/** One statement in a transaction of its own. Each is conditional on fence and holder, so a lost answer harms nothing. */
async function statement<Row>(client: RawClient, sql: string, ...values: unknown[]): Promise<Row[]> {
  try {
    return await client.$queryRawUnsafe<Row[]>(sql, ...values);
  } catch (error) {
    throw errorBeforeCommit(error);
  }
}
