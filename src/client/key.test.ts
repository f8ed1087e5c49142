import { validate, version } from 'uuid';
import { expect, test } from 'vitest';
import { keyTimeMs, mintKey } from './key.ts';

test('a key is a UUIDv7 of the time it is given', () => {
  const key = mintKey(1_795_341_600_123.9);
  expect(validate(key) && version(key)).toBe(7);
  expect(keyTimeMs(key)).toBe(1_795_341_600_123);
});

test('keys of one millisecond differ', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => mintKey(0))).size).toBe(1_000);
});

test('the same random bytes give the same key, so that a run can be repeated', () => {
  const zeros = (size: number) => new Uint8Array(size);
  expect(mintKey(5, zeros)).toBe(mintKey(5, zeros));
});
