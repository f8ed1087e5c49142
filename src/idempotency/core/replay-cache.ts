import type { IdempotencyRecord, RecordId } from './record.ts';
import type { Reading } from './store.ts';

/** What an entry costs beside its texts, roughly: enough for a bound. */
const ENTRY_BYTES = 500;

interface Entry {
  readonly record: IdempotencyRecord;
  /** The store's clock at the reading, and this process's at the same moment. */
  readonly readAtMs: number;
  readonly monotonicMs: number;
  readonly bytes: number;
}

/**
 * Settled records that this process has lately replayed. A settled record never changes, so a copy is as
 * good as the store's; `decide` is asked about it just the same, with the store's clock carried forward, so
 * that owner, content, version and window are tested on every hit.
 *
 * Only what was replayed once is kept: most keys are never sent again, and those that are come in bursts.
 * Its loss costs round trips and nothing else.
 */
export class ReplayCache {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(options: { maxBytes: number }) {
    this.#maxBytes = options.maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param nowMs this process's monotonic clock */
  find(id: RecordId, nowMs: number): Reading | null {
    const name = nameOf(id);
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    // The most recently used stands last; the first is the next to go.
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return { record: entry.record, now: new Date(entry.readAtMs + (nowMs - entry.monotonicMs)) };
  }

  /** Keeps a settled record. @param nowMs this process's monotonic clock at the reading */
  keep({ record, now }: Reading, nowMs: number): void {
    if (record === null || record.settledAt === null) return;
    const bytes = ENTRY_BYTES + 2 * (record.outcome?.length ?? 0);
    if (bytes > this.#maxBytes) return;
    this.#drop(nameOf(record));
    for (const [oldest] of this.#entries) {
      if (this.#bytes + bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
    // Steps are no part of an answer.
    const lean = { ...record, steps: {} };
    this.#entries.set(nameOf(record), { record: lean, readAtMs: now.getTime(), monotonicMs: nowMs, bytes });
    this.#bytes += bytes;
  }

  #drop(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#bytes -= entry.bytes;
  }
}

function nameOf(id: RecordId): string {
  return JSON.stringify([id.key, id.scope, id.procedure]);
}
