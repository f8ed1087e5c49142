import { expect, test } from 'vitest';
import { PageCache } from './page-cache.ts';

const answer = (cacheControl: string | null, status = 200) => ({
  status,
  headers: new Headers(cacheControl === null ? {} : { 'cache-control': cacheControl }),
  body: new Uint8Array(0),
});

test.each([
  ['s-maxage=31536000', true],
  ['public, max-age=60', true],
  ['private, no-store', false],
  ['s-maxage=60, no-store', false],
  ['max-age=60, private', false],
  ['no-cache', false],
  ['max-age=0', false],
  [null, false],
])('%s: kept for the next customer? %s', (cacheControl, isKept) => {
  const cache = new PageCache();
  const page = answer(cacheControl);
  cache.offer('/', page);
  expect(cache.find('/')).toBe(isKept ? page : null);
  expect(cache.find('/another')).toBeNull();
});

test('an error is kept for nobody', () => {
  const cache = new PageCache();
  cache.offer('/', answer('s-maxage=60', 503));
  expect(cache.find('/')).toBeNull();
});
