import { describe, expect, test } from 'vitest';
import { ReplayCache } from './replay-cache.ts';
import { at, now, record } from './testing/records.ts';

/** What an entry costs whose outcome is empty; the bound counts two bytes for each character more. */
const ENTRY_BYTES = 500;

const settled = (key: string, outcome: string | null = '') => record('succeeded', { key, outcome });
const idOf = (key: string) => ({ key, scope: 'alice', procedure: 'p' });

/** A cache of so many entries without a text. */
function cacheOf(entries: number) {
  const cache = new ReplayCache({ maxBytes: entries * ENTRY_BYTES });
  return {
    cache,
    keep: (key: string, outcome?: string | null) => cache.keep({ record: settled(key, outcome), now }, 0),
    kept: (...keys: string[]) => keys.filter((key) => cache.find(idOf(key), 0) !== null),
  };
}

describe('the replay cache', () => {
  test('carries the store’s clock forward by its own', () => {
    const { cache } = cacheOf(1);
    cache.keep({ record: settled('a'), now }, 7_000);
    expect(cache.find(idOf('a'), 7_000)?.now).toEqual(now);
    expect(cache.find(idOf('a'), 9_500)?.now).toEqual(at(2_500));
  });

  test('keeps the answer, and no steps', () => {
    const { cache } = cacheOf(1);
    const step = { result: '1', fence: 1, finishedAt: now.toISOString() };
    cache.keep({ record: { ...settled('a'), steps: { reserve: step } }, now }, 0);
    expect(cache.find(idOf('a'), 0)?.record).toEqual(settled('a'));
  });

  test.each([
    ['nothing', null],
    ['what isn’t settled', record('running', { key: 'a', outcome: '' })],
  ])('keeps nothing of %s', (_, stored) => {
    const { cache, kept } = cacheOf(2);
    cache.keep({ record: stored, now }, 0);
    expect(kept('a')).toEqual([]);
    expect(cache.bytes).toBe(0);
  });

  test('is filled to its bound, and no further', () => {
    const { cache, keep, kept } = cacheOf(2);
    for (const key of ['a', 'b', 'c']) keep(key);
    expect(kept('a', 'b', 'c')).toEqual(['b', 'c']);
    expect(cache.bytes).toBe(2 * ENTRY_BYTES);
  });

  test('lets go what was used least lately', () => {
    const { keep, kept } = cacheOf(2);
    keep('a');
    keep('b');
    expect(kept('a')).toEqual(['a']);
    keep('c');
    expect(kept('a', 'b', 'c')).toEqual(['a', 'c']);
  });

  test('counts two bytes for each character of an answer, and none where there is none', () => {
    const { cache, keep, kept } = cacheOf(3);
    keep('a', 'x'.repeat(100));
    expect(cache.bytes).toBe(ENTRY_BYTES + 200);
    keep('b', null);
    expect(cache.bytes).toBe(2 * ENTRY_BYTES + 200);
    expect(kept('a', 'b')).toEqual(['a', 'b']);
  });

  test('takes what fills it, and nothing that is larger', () => {
    const { keep, kept } = cacheOf(2);
    keep('a');
    keep('too large', 'x'.repeat(251));
    expect(kept('a', 'too large')).toEqual(['a']);
    keep('just so', 'x'.repeat(250));
    expect(kept('a', 'just so')).toEqual(['just so']);
  });

  test('counts once what is kept again', () => {
    const { cache, keep, kept } = cacheOf(3);
    keep('a');
    keep('b');
    keep('a');
    expect(cache.bytes).toBe(2 * ENTRY_BYTES);
    expect(kept('a', 'b')).toEqual(['a', 'b']);
  });
});
