import { LocalStorageAttemptStore } from '../../src/client/index.ts';
import type { PendingAttempt } from '../../src/client/index.ts';

/** A browser: what it stores outlives its tabs, and all of them share it. */
export class Device {
  readonly #items = new Map<string, string>();
  /** The key that was last sent from here, for those who ask or misuse it afterwards. */
  lastAttempt: PendingAttempt | null = null;

  /** The shop's own attempt store in one of the browser's tabs. */
  attemptStore(): LocalStorageAttemptStore {
    return new LocalStorageAttemptStore({
      localStorage: this.#localStorage(),
      events: new EventTarget(),
      // A lock between tabs saves a detour only; and its time limit would be a real timer.
      locks: undefined,
    });
  }

  #localStorage(): Storage {
    const items = this.#items;
    return {
      get length() {
        return items.size;
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => void items.set(name, value),
      removeItem: (name) => void items.delete(name),
      clear: () => items.clear(),
    };
  }
}
