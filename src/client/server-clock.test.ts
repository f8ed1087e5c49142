import { expect, test } from 'vitest';
import { ServerClock } from './server-clock.ts';
import { ManualClock } from './testing/manual-clock.ts';

const HOUR_MS = 3_600_000;
const date = (ms: number) => new Headers({ date: new Date(ms).toUTCString() });

test('it shows the local time until an answer came, then the time of the Date header', () => {
  const local = new ManualClock(10 * HOUR_MS);
  const server = new ServerClock(local);
  expect(server.now()).toBe(10 * HOUR_MS);
  server.observeResponse(date(200 * HOUR_MS));
  local.advance(1_500);
  expect(server.now()).toBe(200 * HOUR_MS + 1_500);
});

test('the Date of an answer from a cache, or none at all, teaches nothing', () => {
  const server = new ServerClock(new ManualClock(10 * HOUR_MS));
  const cached = date(HOUR_MS);
  cached.set('age', '60');
  server.observeResponse(cached);
  server.observeResponse(new Headers());
  server.observeResponse(new Headers({ date: 'yesterday' }));
  server.observeServerTime('soon');
  expect(server.now()).toBe(10 * HOUR_MS);
});

test('the time that a key was measured against outranks the clock of the node that answered', () => {
  const server = new ServerClock(new ManualClock(0));
  server.observeServerTime(new Date(50 * HOUR_MS).toISOString());
  server.observeResponse(date(10 * HOUR_MS));
  expect(server.now()).toBe(50 * HOUR_MS);
});
