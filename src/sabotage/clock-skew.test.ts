import { afterEach, expect, test } from 'vitest';
import { skewClock } from './clock-skew.ts';

const REAL_DATE = Date;
afterEach(() => {
  globalThis.Date = REAL_DATE;
});

const HOUR_MS = 60 * 60 * 1_000;

test('every way to ask for the time gives the skewed one', () => {
  skewClock(-HOUR_MS);
  const skewed = [Date.now(), new Date().getTime(), Date.parse(Date())];
  for (const time of skewed) {
    expect(time - REAL_DATE.now()).toBeGreaterThan(-HOUR_MS - 2_000);
    expect(time - REAL_DATE.now()).toBeLessThan(-HOUR_MS + 2_000);
  }
});

test('a date that is given is left as it is, and is a Date', () => {
  skewClock(HOUR_MS);
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(new Date(2026, 10, 23).getMonth()).toBe(10);
  expect(new Date()).toBeInstanceOf(Date);
  expect(new REAL_DATE()).toBeInstanceOf(Date);
  expect(Date.UTC(1970, 0, 1)).toBe(0);
});
