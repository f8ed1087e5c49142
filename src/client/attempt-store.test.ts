import { describe, expect, test, vi } from 'vitest';
import { LocalStorageAttemptStore } from './local-storage-attempt-store.ts';
import { MemoryAttemptStore } from './memory-attempt-store.ts';
import { mintKey } from './key.ts';
import type { PendingAttempt } from './pending-attempt.ts';
import { FakeBrowser } from './testing/fake-browser.ts';

function attempt(change: Partial<PendingAttempt> = {}): PendingAttempt {
  return {
    customer: 'customer-1',
    procedure: 'checkout.placeOrder',
    intent: 'checkout-1',
    key: mintKey(0),
    input: { checkoutId: 'checkout-1' },
    createdAtMs: 0,
    attempts: 0,
    operationId: null,
    ...change,
  };
}

describe.each([
  ['memory', () => new MemoryAttemptStore()],
  ['localStorage', () => new LocalStorageAttemptStore(new FakeBrowser().tab())],
])('a store in %s', (_name, createStore) => {
  test('gives back what was written, by slot', () => {
    const store = createStore();
    const first = attempt();
    store.write(first);
    expect(store.read(first)).toEqual(first);
    expect(store.read({ ...first, intent: 'checkout-2' })).toBeNull();
    expect(store.read({ ...first, customer: 'customer-2' })).toBeNull();
    expect(store.read({ ...first, procedure: 'checkout.refund' })).toBeNull();
  });

  test('keeps slots apart whatever their names hold', () => {
    const store = createStore();
    store.write(attempt({ customer: 'a/b', intent: 'c' }));
    expect(store.read(attempt({ customer: 'a', intent: 'b/c' }))).toBeNull();
    expect(store.list('a')).toEqual([]);
  });

  test('removes an attempt, but not another that has taken its slot', () => {
    const store = createStore();
    const first = attempt();
    const second = attempt();
    store.write(second);
    store.remove(first);
    expect(store.read(first)?.key).toBe(second.key);
    store.remove(second);
    expect(store.read(first)).toBeNull();
  });

  test("lists a customer's attempts, oldest first, as one array until something changes", () => {
    const store = createStore();
    store.write(attempt({ intent: 'newer', createdAtMs: 2 }));
    store.write(attempt({ intent: 'older', createdAtMs: 1 }));
    store.write(attempt({ customer: 'customer-2' }));
    const list = store.list('customer-1');
    expect(list.map(({ intent }) => intent)).toEqual(['older', 'newer']);
    expect(store.list('customer-1')).toBe(list);
    store.remove(list[0] as PendingAttempt);
    expect(store.list('customer-1')).toHaveLength(1);
  });

  test('tells its subscribers of each change until they leave', () => {
    const store = createStore();
    const onChange = vi.fn();
    const leave = store.subscribe(onChange);
    const first = attempt();
    store.write(first);
    store.remove(first);
    leave();
    store.write(first);
    expect(onChange).toHaveBeenCalledTimes(2);
  });
});

describe('tabs of one browser', () => {
  test('see and hear of each other', () => {
    const browser = new FakeBrowser();
    const [here, there] = [
      new LocalStorageAttemptStore(browser.tab()),
      new LocalStorageAttemptStore(browser.tab()),
    ];
    const onChange = vi.fn();
    there.subscribe(onChange);
    here.write(attempt());
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(there.list('customer-1')).toHaveLength(1);
  });

  test("don't wake up for what other code stores", () => {
    const browser = new FakeBrowser();
    const onChange = vi.fn();
    new LocalStorageAttemptStore(browser.tab()).subscribe(onChange);
    browser.tab().localStorage.setItem('theme', 'dark');
    expect(onChange).not.toHaveBeenCalled();
  });

  test('take turns for a slot', async () => {
    const browser = new FakeBrowser();
    const turns: string[] = [];
    const slot = attempt();
    const take = (name: string) =>
      new LocalStorageAttemptStore(browser.tab()).exclusively(slot, () => turns.push(name));
    await Promise.all([take('first'), take('second')]);
    expect(turns).toEqual(['first', 'second']);
  });
});

test('a text in a slot that is no attempt counts as none', () => {
  const { localStorage, ...rest } = new FakeBrowser().tab();
  const store = new LocalStorageAttemptStore({ localStorage, ...rest });
  store.write(attempt());
  localStorage.setItem(localStorage.key(0) ?? '', '{"key":');
  expect(store.read(attempt())).toBeNull();
  expect(store.list('customer-1')).toEqual([]);
});

test('a lock that a frozen tab never gives back delays, but does not stop', async () => {
  const tab = new FakeBrowser().tab();
  const heldForEver = {
    request: (_name: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  } as unknown as LockManager;
  const store = new LocalStorageAttemptStore({ ...tab, locks: heldForEver });
  expect(await store.exclusively(attempt(), () => 'went on')).toBe('went on');
});

test('an error of the work is its own, with a lock as without', async () => {
  const tab = new FakeBrowser().tab();
  for (const locks of [tab.locks, undefined]) {
    const work = vi.fn(() => {
      throw new Error('pending');
    });
    const store = new LocalStorageAttemptStore({ ...tab, locks });
    await expect(store.exclusively(attempt(), work)).rejects.toThrow('pending');
    expect(work).toHaveBeenCalledTimes(1);
  }
});
