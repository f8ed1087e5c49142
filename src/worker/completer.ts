import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Tx } from '../database/database.ts';
import type { Engine, Policy, RecordId } from '../idempotency/index.ts';
import { limits } from '../limits.ts';
import type { Resumables } from '../shop/resumables.ts';

interface CompleterOptions {
  readonly engine: Engine<Tx>;
  /** What it knows to finish; anything else is left to workers that do. */
  readonly known: Resumables;
  readonly log: Logger;
  /** How many operations it works on at once. */
  readonly capacity?: number;
  /** After this it waits no longer for one, and gives its place to another. */
  readonly patienceMs?: number;
}

/**
 * Finishes operations whose holder died, through the same takeover and the same resume as a retry. Several
 * may run at once, in one process or in many: the takeover lets one of them have each operation.
 *
 * One poisonous operation stops no other: each has a place of its own, its failure ends with it, its next
 * try is timed by its own record, and one that hangs loses its place.
 */
export class Completer {
  readonly #options: Required<CompleterOptions>;
  readonly #policies: Readonly<Record<string, Policy>>;
  readonly #underWay = new Set<Promise<boolean>>();

  constructor(options: CompleterOptions) {
    const { capacity, patienceMs } = limits.completer;
    this.#options = { capacity, patienceMs, ...options };
    this.#policies = Object.fromEntries(
      Object.entries(options.known).map(([procedure, { policy }]) => [procedure, policy]),
    );
  }

  /** Looks once for operations that are due, and begins as many as it has places for. Waits for none of them. */
  async begin(): Promise<void> {
    const places = this.#options.capacity - this.#underWay.size;
    if (places <= 0) return;
    for (const id of await this.#options.engine.abandoned(places, this.#policies)) {
      const end = this.#completeInTime(id).finally(() => this.#underWay.delete(end));
      this.#underWay.add(end);
    }
  }

  /** When nothing that it began is under way any more. @returns how many of those it settled */
  async idle(): Promise<number> {
    return (await Promise.all(this.#underWay)).filter(Boolean).length;
  }

  /** As `begin`, and waits for all of them. @returns how many it settled */
  async runOnce(): Promise<number> {
    await this.begin();
    return this.idle();
  }

  async #completeInTime(id: RecordId): Promise<boolean> {
    const { log, patienceMs } = this.#options;
    const done = new AbortController();
    const tooLong = delay(patienceMs, 'too long' as const, { signal: done.signal, ref: false }).catch(
      () => 'done' as const,
    );
    try {
      const end = await Promise.race([this.#complete(id), tooLong]);
      if (end !== 'too long') return end === true;
      // It may go on, but can't hold its lease for longer than this; after that the fence stops it.
      log.error({ procedure: id.procedure }, 'an operation hangs');
      return false;
    } finally {
      done.abort();
    }
  }

  async #complete(id: RecordId): Promise<boolean> {
    const { engine, known, log } = this.#options;
    try {
      const resumable = known[id.procedure];
      if (resumable === undefined) throw new Error('Bug: the store gave what was not asked for');
      const settled = await engine.complete(id, {
        policy: resumable.policy,
        resume: (operation, input) => resumable.resume(operation, id.scope, input),
      });
      return settled !== null;
    } catch (error) {
      log.warn(
        { procedure: id.procedure, error: error instanceof Error ? error.message : String(error) },
        'not finished yet',
      );
      return false;
    }
  }
}
