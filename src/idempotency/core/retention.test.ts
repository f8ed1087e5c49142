import { expect, test } from 'vitest';
import { dayOf, isDayOlder } from './retention.ts';

test('a key’s day is that of UTC', () => {
  expect(dayOf(Date.parse('2026-11-22T23:59:59.999Z'))).toBe('2026-11-22');
  expect(dayOf(Date.parse('2026-11-23T00:00:00Z'))).toBe('2026-11-23');
});

test('a day is older than an hour once its last key is: an hour into the day after it', () => {
  const isOlderAt = (now: string) => isDayOlder('2026-11-22', 3_600_000, new Date(now));
  expect(isOlderAt('2026-11-23T00:59:59.999Z')).toBe(false);
  // The last key of the day was made a millisecond before its end.
  expect(isOlderAt('2026-11-23T01:00:00Z')).toBe(true);
});
