import type { Database, Tx } from '../../database/database.ts';
import {
  Engine,
  IdempotencyError,
  parseKey,
  type Call,
  type EngineOptions,
  type FailpointName,
  type Mutation,
  type RecordId,
  type Settled,
} from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import { idOf, KeyTable, replayOf } from './key-table.ts';
import { NaiveOperation, perform } from './naive-operation.ts';

/**
 * What the engines of this folder share. Each of them is a way in which people write idempotency, and which
 * works on every quiet day. They refuse what isn't a key, as anybody would; of the rest of the protocol they
 * have what they say. Nobody finishes what they leave.
 */
export abstract class NaiveEngine extends Engine<Tx> {
  protected readonly database: Database;
  protected readonly keys: KeyTable;
  readonly #failpoint: EngineOptions<Tx>['failpoint'];

  constructor(options: EngineOptions<Tx>, database: Database) {
    super(options);
    this.database = database;
    this.keys = new KeyTable(database);
    this.#failpoint = options.failpoint;
  }

  /** As it stands in `SABOTAGE`. */
  protected abstract readonly sabotage: string;

  protected abstract handle(call: Call, mutation: Mutation<Tx>): Promise<Settled>;

  override run(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    // What isn't a key is refused by the engine that stands under this one.
    if (parseKey(call.key.kind === 'valid' ? call.key.key : null).kind !== 'valid')
      return super.run(call, mutation);
    hit(this.sabotage);
    return this.handle(call, mutation);
  }

  override abandoned(): Promise<RecordId[]> {
    return Promise.resolve([]);
  }

  /** The answer that is stored under the key, marked as a replay. */
  protected async replay(call: Call): Promise<Settled | null> {
    return replayOf(await this.keys.find(idOf(call)));
  }

  /** The work itself, as a new operation, the provider's keys derived from it. */
  protected work(mutation: Mutation<Tx>, id = this.ports.newOperationId()): Promise<Settled> {
    return perform(
      mutation,
      new NaiveOperation({ database: this.database, id, remoteKey: (step) => `${id}:${step}` }),
    );
  }

  /** For the harness, which crashes and holds processes at these points; naive engines have the same ones. */
  protected async at(point: FailpointName, call: Call, operationId: string): Promise<void> {
    await this.#failpoint?.({ point, id: idOf(call), operationId, step: null, fence: null });
  }

  protected inProgress(operationId: string | null): IdempotencyError {
    return new IdempotencyError('OPERATION_IN_PROGRESS', { operationId, retryAfterMs: 250 });
  }
}
