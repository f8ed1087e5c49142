import { expect, test } from 'vitest';
import { randomStream } from '../random.ts';
import { uuidV7 } from './uuid-v7.ts';

test('a UUIDv7 says when it was made, and its version and variant', () => {
  const key = uuidV7(Date.parse('2026-11-22T23:00:00.123Z'), randomStream('seed', 'keys'));
  expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const ms = Number.parseInt(key.replaceAll('-', '').slice(0, 12), 16);
  expect(new Date(ms).toISOString()).toBe('2026-11-22T23:00:00.123Z');
});

test('two of one moment differ', () => {
  const random = randomStream('seed', 'keys');
  expect(uuidV7(1, random)).not.toBe(uuidV7(1, random));
});
