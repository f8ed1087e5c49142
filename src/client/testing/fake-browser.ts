import type { BrowserStorage } from '../local-storage-attempt-store.ts';

/** One origin's storage, as its tabs have it: shared items, and a `storage` event in every tab but the writer's. */
export class FakeBrowser {
  readonly #items = new Map<string, string>();
  readonly #tabs: EventTarget[] = [];
  /** Set to make every write fail, as a full or forbidden storage does. */
  full = false;

  tab(): BrowserStorage {
    const events = new EventTarget();
    this.#tabs.push(events);
    const items = this.#items;
    const tell = (key: string | null) => {
      for (const tab of this.#tabs)
        if (tab !== events) tab.dispatchEvent(Object.assign(new Event('storage'), { key }));
    };
    const isFull = () => this.full;
    const localStorage: Storage = {
      get length() {
        return items.size;
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(key) ?? null,
      setItem(key, value) {
        if (isFull()) throw new DOMException('The quota has been exceeded', 'QuotaExceededError');
        items.set(key, value);
        tell(key);
      },
      removeItem(key) {
        if (items.delete(key)) tell(key);
      },
      clear() {
        items.clear();
        tell(null);
      },
    };
    return { localStorage, events, locks: navigator.locks };
  }
}
