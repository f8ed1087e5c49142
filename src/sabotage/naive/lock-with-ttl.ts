import type { Database, Tx } from '../../database/database.ts';
import type { Call, EngineOptions, Mutation, Settled } from '../../idempotency/index.ts';
import { idOf } from './key-table.ts';
import { NaiveEngine } from './naive-engine.ts';

/**
 * A lock with a time to live, as Redis has made popular: SET NX PX, work, store the answer. When its time is
 * over the next one takes it and does the work; and whoever had it before goes on as well, since nothing
 * tells it, or the database, that it has lost it.
 */
export class LockWithTtl extends NaiveEngine {
  protected readonly sabotage: string;
  readonly #ttlMs: number;

  constructor(
    options: EngineOptions<Tx>,
    database: Database,
    { sabotage, ttlMs }: { sabotage: string; ttlMs: number },
  ) {
    super(options, database);
    this.sabotage = sabotage;
    this.#ttlMs = ttlMs;
  }

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const id = this.ports.newOperationId();
    const locked =
      (await this.keys.insert(call, id, { ttlMs: this.#ttlMs })) ||
      (await this.keys.takeExpired(idOf(call), this.#ttlMs));
    if (!locked) return this.lost(call);
    const settled = await this.work(mutation, id);
    await this.keys.save(call, settled);
    return settled;
  }

  /** For the one who didn't get the lock. */
  protected async lost(call: Call): Promise<Settled> {
    const stored = await this.replay(call);
    if (stored !== null) return stored;
    throw this.inProgress(null);
  }
}
