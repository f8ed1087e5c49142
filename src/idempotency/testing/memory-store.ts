import {
  COMPENSATE,
  ClaimLost,
  StoreUnavailable,
  TransactionAborted,
  dayOf,
  isDayOlder,
  isSettled,
  parseKey,
  type Claim,
  type IdempotencyRecord,
  type NewRecord,
  type Purged,
  type Reading,
  type RecordKind,
  type RecordId,
  type Retention,
  type Session,
  type Settlement,
  type Store,
  type Upgrade,
} from '../core/index.ts';

/** What a transaction of the memory store can change besides records: named values, seen once committed. */
export interface MemoryTx {
  get(name: string): unknown;
  put(name: string, value: unknown): void;
}

export interface MemoryStoreOptions {
  /** The store's clock, milliseconds since 1970. */
  now?: () => number;
  /** How long a claim or lock waits behind an open transaction. */
  lockTimeoutMs?: number;
  /** Times the lock timeout: a test that owns time gives its own. Resolves after `ms`, or when `signal` aborts. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of every committed change of a record, in the order of commits: for what must hold over time. */
  onChange?: (before: IdempotencyRecord | null, after: IdempotencyRecord) => void;
  /**
   * Stands where COMMIT is. Call `apply` to commit; throw `CommitUnknown` before, after or without it
   * to lose the answer. The locks stay held until the returned `release` promise resolves.
   */
  commit?: (apply: () => void) => Promise<{ release?: Promise<void> } | void>;
}

type Writes = Map<string, IdempotencyRecord>;

/**
 * A store in one process's memory, for tests and examples. It keeps the properties that the engine
 * relies on in Postgres: a claim waits behind an open claim of the same identity, a lock behind an open
 * write, nothing is seen before commit, and all of a transaction is seen or none.
 */
export class MemoryStore implements Store<MemoryTx>, Retention {
  readonly #records = new Map<string, IdempotencyRecord>();
  readonly #values = new Map<string, unknown>();
  readonly #locks = new Map<string, Promise<void>>();
  /** Days of which something was forgotten: a key of theirs that has no record isn't new. */
  readonly #closedDays = new Set<string>();
  readonly #now: () => number;
  readonly #lockTimeoutMs: number;
  readonly #sleep: NonNullable<MemoryStoreOptions['sleep']>;
  readonly #onChange: NonNullable<MemoryStoreOptions['onChange']>;
  readonly #commit: NonNullable<MemoryStoreOptions['commit']>;

  constructor(options: MemoryStoreOptions = {}) {
    this.#now = options.now ?? (() => Date.now());
    this.#lockTimeoutMs = options.lockTimeoutMs ?? 2_000;
    this.#sleep = options.sleep ?? sleepByTimer;
    this.#onChange = options.onChange ?? (() => undefined);
    this.#commit =
      options.commit ??
      ((apply) => {
        apply();
        return Promise.resolve();
      });
  }

  /** A committed value. */
  value(name: string): unknown {
    return this.#values.get(name);
  }

  /** Names of all committed values. */
  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Every record, for assertions. */
  records(): readonly IdempotencyRecord[] {
    return [...this.#records.values()];
  }

  async transaction<R>(work: (session: Session<MemoryTx>) => Promise<R>): Promise<R> {
    const held = new Set<() => void>();
    const owned = new Set<string>();
    let records: Writes = new Map();
    let values = new Map<string, unknown>();
    const lock = async (id: RecordId): Promise<void> => {
      const name = nameOf(id);
      if (owned.has(name)) return;
      held.add(await this.#lock(name));
      owned.add(name);
    };
    const current = (id: RecordId) => records.get(nameOf(id)) ?? this.#records.get(nameOf(id)) ?? null;
    const write = (id: RecordId, claim: Claim, change: Partial<IdempotencyRecord>): void => {
      const record = current(id);
      if (record === null || !holds(record, claim) || isSettled(record.state)) throw new ClaimLost(id);
      records.set(nameOf(id), { ...record, ...change });
    };

    const session: Session<MemoryTx> = {
      tx: {
        get: (name) => (values.has(name) ? values.get(name) : this.#values.get(name)),
        put: (name, value) => void values.set(name, value),
      },
      claim: async (record) => {
        const age = this.#now() - record.keyMadeAtMs;
        if (age > record.windowBackMs || -age > record.windowAheadMs) return false;
        if (this.#closedDays.has(dayOf(record.keyMadeAtMs)))
          throw new StoreUnavailable('The day of this key was forgotten');
        await lock(record);
        if (current(record) !== null) return false;
        records.set(nameOf(record), this.#newRecord(record));
        return true;
      },
      lock: async (id) => {
        await lock(id);
        return current(id);
      },
      savepoint: async (inner) => {
        const before = { records: new Map(records), values: new Map(values) };
        try {
          return await inner();
        } catch (error) {
          ({ records, values } = before);
          throw error;
        }
      },
      saveSteps: async (id, claim, results, { state, leaseMs }) => {
        await lock(id);
        const record = current(id);
        const finishedAt = new Date(this.#now()).toISOString();
        const added = Object.entries(results).map(([step, result]) => [
          step,
          { result, fence: claim.fence, finishedAt },
        ]);
        write(id, claim, {
          state,
          steps: { ...record?.steps, ...(Object.fromEntries(added) as IdempotencyRecord['steps']) },
          leaseUntil: new Date(this.#now() + leaseMs),
        });
      },
      settle: async (id, claim, settlement: Settlement) => {
        await lock(id);
        write(id, claim, {
          state: settlement.state,
          outcome: settlement.outcome,
          input: null,
          settledAt: new Date(this.#now()),
        });
      },
    };

    let keep: Promise<void> | undefined;
    try {
      const result = await work(session);
      const apply = () => {
        for (const [name, record] of records) this.#store(name, record);
        for (const [name, value] of values) this.#values.set(name, value);
      };
      keep = (await this.#commit(apply))?.release;
      return result;
    } catch (error) {
      keep ??= (error as { release?: Promise<void> }).release;
      throw error;
    } finally {
      const unlock = () => {
        for (const release of held) release();
      };
      if (keep === undefined) unlock();
      else void keep.then(unlock);
    }
  }

  read(id: RecordId): Promise<Reading> {
    return Promise.resolve({ record: this.#records.get(nameOf(id)) ?? null, now: new Date(this.#now()) });
  }

  async takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null> {
    return this.#update(id, from, (record, now) =>
      record.leaseUntil.getTime() <= now && record.nextTryAt.getTime() <= now && record.state !== 'stuck'
        ? {
            fence: record.fence + 1,
            holder: to.holder,
            tries: record.tries + 1,
            leaseUntil: new Date(now + to.leaseMs),
          }
        : null,
    );
  }

  async upgrade(id: RecordId, claim: Claim, to: Upgrade): Promise<boolean> {
    return (await this.#update(id, claim, () => to)) !== null;
  }

  async renew(id: RecordId, claim: Claim, leaseMs: number): Promise<boolean> {
    const renewed = await this.#update(id, claim, (_, now) => ({ leaseUntil: new Date(now + leaseMs) }));
    return renewed !== null;
  }

  async release(
    id: RecordId,
    claim: Claim,
    as: { state: 'running' | 'outcome_unknown' | 'stuck'; retryInMs: number },
  ): Promise<boolean> {
    const released = await this.#update(id, claim, (record, now) =>
      record.state === 'stuck' || (as.state === 'stuck' && record.leaseUntil.getTime() > now)
        ? null
        : {
            state: record.state === 'compensating' && as.state !== 'stuck' ? record.state : as.state,
            leaseUntil: new Date(now),
            nextTryAt: new Date(now + as.retryInMs),
          },
    );
    return released !== null;
  }

  async reopen(id: RecordId, claim: Claim): Promise<boolean> {
    const reopened = await this.#update(id, claim, (record, now) =>
      record.state !== 'stuck'
        ? null
        : {
            state: COMPENSATE in record.steps ? 'compensating' : 'outcome_unknown',
            tries: Math.max(0, record.tries - 1),
            leaseUntil: new Date(now),
            nextTryAt: new Date(now),
          },
    );
    return reopened !== null;
  }

  abandoned(limit: number, kinds?: readonly RecordKind[]): Promise<RecordId[]> {
    const now = new Date(this.#now());
    const due = this.records()
      .filter((record) => !isSettled(record.state) && record.state !== 'stuck')
      .filter((record) => record.leaseUntil <= now && record.nextTryAt <= now)
      .filter(
        ({ procedure, policyVersion }) =>
          kinds?.some((kind) => kind.procedure === procedure && kind.policyVersion === policyVersion) ?? true,
      )
      .toSorted((a, b) => a.nextTryAt.getTime() - b.nextTryAt.getTime());
    return Promise.resolve(
      due.slice(0, limit).map(({ key, scope, procedure }) => ({ key, scope, procedure })),
    );
  }

  purge(keysOlderThanMs: number): Promise<Purged> {
    const now = new Date(this.#now());
    const days = new Set<string>();
    let forgotten = 0;
    let kept = 0;
    for (const [name, record] of this.#records) {
      const key = parseKey(record.key);
      if (key.kind !== 'valid') throw new Error(`Bug: a record under the key ${record.key}`);
      const day = dayOf(key.madeAtMs);
      if (!isDayOlder(day, keysOlderThanMs, now)) continue;
      if (!isSettled(record.state)) {
        kept++;
        continue;
      }
      this.#records.delete(name);
      this.#closedDays.add(day);
      days.add(day);
      forgotten++;
    }
    return Promise.resolve({ days: [...days].toSorted(), forgotten, kept, postponed: [] });
  }

  async #update(
    id: RecordId,
    claim: Claim,
    change: (record: IdempotencyRecord, now: number) => Partial<IdempotencyRecord> | null,
  ): Promise<IdempotencyRecord | null> {
    const unlock = await this.#lock(nameOf(id));
    try {
      const record = this.#records.get(nameOf(id));
      if (record === undefined || !holds(record, claim) || isSettled(record.state)) return null;
      const changes = change(record, this.#now());
      if (changes === null) return null;
      const changed = { ...record, ...changes };
      this.#store(nameOf(id), changed);
      return changed;
    } finally {
      unlock();
    }
  }

  /** Queues behind whoever holds the lock, for a bounded time. */
  async #lock(name: string): Promise<() => void> {
    const before = this.#locks.get(name) ?? Promise.resolve();
    const { promise: mine, resolve: unlock } = Promise.withResolvers<void>();
    const queue = before.then(() => mine);
    this.#locks.set(name, queue);
    const giveUp = new AbortController();
    const timeout = this.#sleep(this.#lockTimeoutMs, giveUp.signal).then(() => 'timeout' as const);
    const won = await Promise.race([before.then(() => 'won' as const), timeout]);
    giveUp.abort();
    if (won === 'timeout') {
      unlock();
      throw new TransactionAborted('lock_timeout');
    }
    return () => {
      unlock();
      if (this.#locks.get(name) === queue) this.#locks.delete(name);
    };
  }

  #store(name: string, record: IdempotencyRecord): void {
    const before = this.#records.get(name) ?? null;
    this.#records.set(name, record);
    this.#onChange(before, record);
  }

  #newRecord(record: NewRecord): IdempotencyRecord {
    const now = this.#now();
    return {
      key: record.key,
      scope: record.scope,
      procedure: record.procedure,
      fence: record.fence,
      holder: record.holder,
      operationId: record.operationId,
      principal: record.principal,
      fingerprint: record.fingerprint,
      policyVersion: record.policyVersion,
      state: 'running',
      leaseUntil: new Date(now + record.leaseMs),
      nextTryAt: new Date(now),
      tries: 0,
      steps: {},
      input: record.input,
      outcome: null,
      createdAt: new Date(now),
      settledAt: null,
    };
  }
}

function sleepByTimer(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}

function nameOf(id: RecordId): string {
  return JSON.stringify([id.key, id.scope, id.procedure]);
}

function holds(record: IdempotencyRecord, claim: Claim): boolean {
  return record.fence === claim.fence && record.holder === claim.holder;
}
