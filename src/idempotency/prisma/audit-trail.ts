import { v7 as uuidv7 } from 'uuid';
import type { EngineEvent, EngineListener } from '../core/index.ts';
import { sqlState } from './errors.ts';
import type { RawClient } from './prisma-store.ts';

export interface AuditTrailOptions {
  /** With a connection of its own: the trail must neither wait for callers nor keep them waiting. */
  client: RawClient;
  /** Who writes, and where it runs. */
  node: string;
  region: string;
  /** A keyed hash, the same on every node: what the trail calls a key or a scope. */
  pseudonym: (kind: 'key' | 'scope', value: string) => string;
  /** Events in one INSERT. */
  batchSize: number;
  /** Events that may wait; beyond it the oldest are given up. */
  bufferSize: number;
  flushIntervalMs: number;
  /** Told of every event that will never be written. */
  onLost: (count: number, reason: unknown) => void;
}

/** An event as it waits: without its error, which may hold anything. */
interface Noted {
  readonly event: EngineEvent;
  readonly monotonicMs: number;
}

interface Row {
  readonly event_id: string;
  readonly at: string;
  readonly type: string;
  readonly procedure: string;
  readonly operation_id: string | null;
  readonly scope_hash: string;
  readonly key_hash: string | null;
  readonly attempt: number | null;
  readonly reason: string | null;
  readonly decision: string | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly step: string | null;
  readonly fence: number | null;
  readonly duration_ms: number | null;
}

const COLUMNS = `event_id, at, type, procedure, operation_id, scope_hash, key_hash, attempt, reason, decision,
  code, detail, step, fence, duration_ms`;

/** Events that were written before are left alone: the answer to their first INSERT may have been lost. */
const WRITE = `
  WITH written AS (
    INSERT INTO idempotency_audit (${COLUMNS}, node, region)
    SELECT ${COLUMNS}, $2, $3 FROM jsonb_to_recordset($1::jsonb) AS event(event_id uuid, at timestamptz, type text,
      procedure text, operation_id text, scope_hash text, key_hash text, attempt int, reason text, decision text,
      code text, detail text, step text, fence int, duration_ms int)
    ON CONFLICT DO NOTHING)
  SELECT clock_timestamp() AS now`;

const READ_CLOCK = 'SELECT clock_timestamp() AS now';

/** Values that the table can't take. They won't fit the next time either. */
const UNFIT = /^22/;

/**
 * Writes the engine's events to `idempotency_audit`, behind the calls that they are about: a call waits for
 * nothing here, and fails by nothing here. What a crash can lose is what no interval has written yet, and
 * never the truth about an operation, which its record holds.
 *
 * Times are the database's: nodes' clocks differ, and an event of a clock that is days off would find no
 * partition.
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #noted: Noted[] = [];
  /** Taken from `#noted` with its ids, until it's known to be written. */
  #batch: readonly Row[] = [];
  /** The database's clock less the monotonic one, as of the last answer. */
  #clockOffsetMs: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #lastError: unknown = null;
  #isClosed = false;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  /** Never throws, never waits. */
  readonly listener: EngineListener = (event) => {
    const { batchSize, bufferSize, onLost } = this.#options;
    if (this.#isClosed) {
      onLost(1, new Error('The audit trail is closed'));
      return;
    }
    this.#noted.push({ event: withoutError(event), monotonicMs: performance.now() });
    if (this.#noted.length > bufferSize) {
      const lost = this.#noted.splice(0, batchSize).length;
      onLost(lost, this.#lastError ?? new Error('Events come faster than they can be written'));
    }
    // While writing fails the timer alone tries again: the database needs no more load then.
    if (this.#noted.length >= batchSize && this.#lastError === null) void this.flush();
    else this.#wake();
  };

  /** Writes what is waiting. Resolves when that is done, or for now can't be. */
  flush(): Promise<void> {
    return (this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null;
      if (this.#waiting > 0 && !this.#isClosed) this.#wake();
    }));
  }

  /** Writes what is waiting, as far as the database lets it, and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    // One that is under way may have looked before the last event came.
    await this.#flushing;
    await this.flush();
    if (this.#waiting > 0) this.#options.onLost(this.#waiting, this.#lastError);
  }

  get #waiting(): number {
    return this.#noted.length + this.#batch.length;
  }

  #wake(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.flush();
    }, this.#options.flushIntervalMs).unref();
  }

  async #flush(): Promise<void> {
    while (this.#waiting > 0) {
      try {
        if (this.#batch.length === 0) {
          const clockOffsetMs = (this.#clockOffsetMs ??= await this.#offsetBy(READ_CLOCK));
          const taken = this.#noted.splice(0, this.#options.batchSize);
          this.#batch = taken.map((noted) => this.#rowOf(noted, clockOffsetMs));
        }
        await this.#write(this.#batch);
        this.#batch = [];
        this.#lastError = null;
      } catch (error) {
        if (UNFIT.test(sqlState(error) ?? '')) {
          this.#options.onLost(this.#batch.length, error);
          this.#batch = [];
          continue;
        }
        this.#lastError = error;
        return;
      }
    }
  }

  async #write(rows: readonly Row[]): Promise<void> {
    const { node, region } = this.#options;
    this.#clockOffsetMs = await this.#offsetBy(WRITE, JSON.stringify(rows), node, region);
  }

  /** What a statement that tells the time says of the two clocks; right to half its round trip. */
  async #offsetBy(statement: string, ...values: unknown[]): Promise<number> {
    const sentMs = performance.now();
    const [row] = await this.#options.client.$queryRawUnsafe<{ now: Date }[]>(statement, ...values);
    if (row === undefined) throw new Error('Bug: a clock without a time');
    return row.now.getTime() - (sentMs + performance.now()) / 2;
  }

  #rowOf({ event, monotonicMs }: Noted, clockOffsetMs: number): Row {
    const { pseudonym } = this.#options;
    const { id, operationId, attempt, type } = event;
    const atMs = Math.floor(monotonicMs + clockOffsetMs);
    return {
      event_id: uuidv7({ msecs: atMs }),
      at: new Date(atMs).toISOString(),
      type,
      procedure: id.procedure,
      operation_id: operationId,
      scope_hash: pseudonym('scope', id.scope),
      // A call without a key, or with one that is none.
      key_hash: id.key === '' ? null : pseudonym('key', id.key),
      attempt: attempt?.number ?? null,
      reason: attempt?.reason ?? null,
      decision: 'decision' in event ? event.decision : null,
      code: 'code' in event ? event.code : null,
      detail: detailOf(event),
      step: 'step' in event ? event.step : null,
      fence: 'fence' in event ? event.fence : null,
      duration_ms: 'durationMs' in event ? Math.round(event.durationMs) : null,
    };
  }
}

/** The state that an event led to or found, or who caused it. */
function detailOf(event: EngineEvent): string | null {
  switch (event.type) {
    case 'settled':
    case 'inquired':
    case 'closed':
      return event.state;
    case 'released':
      return event.as;
    case 'taken_over':
      return event.by;
    case 'compensating':
      return event.reason;
    case 'remote_called':
      return event.answered ? 'answered' : 'unanswered';
    case 'claimed':
    case 'fenced':
    case 'step_finished':
    case 'commit_unknown':
    case 'stuck':
    case 'reopened':
    case 'answered':
      return null;
    default:
      return event satisfies never;
  }
}

function withoutError(event: EngineEvent): EngineEvent {
  return event.type === 'released' ? { ...event, error: null } : event;
}
