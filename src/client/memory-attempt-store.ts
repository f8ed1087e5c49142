import type { AttemptStore } from './attempt-store.ts';
import type { AttemptSlot, PendingAttempt } from './pending-attempt.ts';

/** Keeps attempts while the process lives: for tests, and for clients in Node that play a browser's tabs. */
export class MemoryAttemptStore implements AttemptStore {
  readonly #slots = new Map<string, PendingAttempt>();
  readonly #lists = new Map<string, readonly PendingAttempt[]>();
  readonly #listeners = new Set<() => void>();

  read(slot: AttemptSlot): PendingAttempt | null {
    return this.#slots.get(nameOf(slot)) ?? null;
  }

  write(attempt: PendingAttempt): void {
    this.#slots.set(nameOf(attempt), structuredClone(attempt));
    this.#changed();
  }

  remove(attempt: PendingAttempt): void {
    if (this.read(attempt)?.key !== attempt.key) return;
    this.#slots.delete(nameOf(attempt));
    this.#changed();
  }

  list(customer: string): readonly PendingAttempt[] {
    let list = this.#lists.get(customer);
    if (list === undefined) {
      list = [...this.#slots.values()]
        .filter((attempt) => attempt.customer === customer)
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
      this.#lists.set(customer, list);
    }
    return list;
  }

  /** One process runs one piece of synchronous work at a time anyway. */
  async exclusively<T>(_slot: AttemptSlot, work: () => T): Promise<T> {
    return work();
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  #changed(): void {
    this.#lists.clear();
    for (const listener of this.#listeners) listener();
  }
}

function nameOf({ customer, procedure, intent }: AttemptSlot): string {
  return JSON.stringify([customer, procedure, intent]);
}
