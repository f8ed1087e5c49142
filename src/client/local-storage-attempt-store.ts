import type { AttemptStore } from './attempt-store.ts';
import { parseAttempt } from './pending-attempt.ts';
import type { AttemptSlot, PendingAttempt } from './pending-attempt.ts';

/** The version is that of the stored shape: a later one reads its own items only. */
const PREFIX = 'pending-attempt/1/';

/**
 * A tab holds the lock for one synchronous look and write, far under a millisecond. One that got it and was
 * frozen before it could run holds it for as long as it is frozen, and the customer's press must not wait.
 */
const LOCK_WAIT_MS = 250;

/** What the store takes from the browser; a test brings its own. */
export interface BrowserStorage {
  readonly localStorage: Storage;
  /** Where `storage` events arrive: the window. */
  readonly events: EventTarget;
  /** Absent in pages that weren't delivered securely. */
  readonly locks: LockManager | undefined;
}

/**
 * Keeps attempts in localStorage, one item a slot, shared by all tabs.
 *
 * Why not IndexedDB: writing there ends in a callback, so another tab's look fits between this tab's look and
 * its write, and a page that is being left may not live to see the callback. `setItem` has handed the item to
 * the browser when it returns, which outlives the tab, its reload and its crash; and it tells the other tabs by
 * itself. It isn't safe against the machine losing power in the next seconds, for browsers write it to disk a
 * little later. What such a loss costs is a new key for the same intent, which the server's guard over the
 * intent answers with the order that is already there.
 */
export class LocalStorageAttemptStore implements AttemptStore {
  readonly #storage: Storage;
  readonly #events: EventTarget;
  readonly #locks: LockManager | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #lists = new Map<string, { texts: string; attempts: readonly PendingAttempt[] }>();

  constructor({ localStorage, events, locks }: BrowserStorage = browserStorage()) {
    this.#storage = localStorage;
    this.#events = events;
    this.#locks = locks;
  }

  read(slot: AttemptSlot): PendingAttempt | null {
    const text = this.#storage.getItem(nameOf(slot));
    return text === null ? null : parseAttempt(text);
  }

  write(attempt: PendingAttempt): void {
    this.#storage.setItem(nameOf(attempt), JSON.stringify(attempt));
    this.#changed();
  }

  remove(attempt: PendingAttempt): void {
    if (this.read(attempt)?.key !== attempt.key) return;
    this.#storage.removeItem(nameOf(attempt));
    this.#changed();
  }

  list(customer: string): readonly PendingAttempt[] {
    const prefix = PREFIX + encodeURIComponent(customer) + '/';
    const names = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index));
    const texts = names
      .filter((name) => name?.startsWith(prefix) === true)
      .map((name) => this.#storage.getItem(name ?? ''))
      .filter((text) => text !== null)
      .toSorted();
    const known = this.#lists.get(customer);
    if (known?.texts === texts.join('\n')) return known.attempts;
    const attempts = texts
      .map(parseAttempt)
      .filter((attempt) => attempt !== null)
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
    this.#lists.set(customer, { texts: texts.join('\n'), attempts });
    return attempts;
  }

  async exclusively<T>(slot: AttemptSlot, work: () => T): Promise<T> {
    if (this.#locks === undefined) return work();
    let granted = false;
    try {
      const result = await this.#locks.request(
        nameOf(slot),
        { signal: AbortSignal.timeout(LOCK_WAIT_MS) },
        () => {
          granted = true;
          return { value: work() };
        },
      );
      return result.value;
    } catch (error) {
      if (granted) throw error;
      return work();
    }
  }

  subscribe(onChange: () => void): () => void {
    // Browsers send `storage` to the other tabs only; this tab's own changes go through #changed.
    const onStorage = (event: Event) => {
      const name = (event as StorageEvent).key;
      if (name === null || name.startsWith(PREFIX)) onChange();
    };
    this.#listeners.add(onChange);
    this.#events.addEventListener('storage', onStorage);
    return () => {
      this.#listeners.delete(onChange);
      this.#events.removeEventListener('storage', onStorage);
    };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function browserStorage(): BrowserStorage {
  // `navigator.locks` is typed as always there, but only secure contexts have it.
  const locks = (navigator as { locks?: LockManager }).locks;
  return { localStorage: window.localStorage, events: window, locks };
}

function nameOf({ customer, procedure, intent }: AttemptSlot): string {
  return PREFIX + [customer, procedure, intent].map(encodeURIComponent).join('/');
}
