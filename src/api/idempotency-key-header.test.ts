import { expect, test } from 'vitest';
import { keyOfHeader } from './idempotency-key-header.ts';

const KEY = '019dcbe0-1c00-7000-8000-000000000001';

test.each<[string, string | null, string | null]>([
  ['a String of Structured Fields', `"${KEY}"`, KEY],
  ['the bare key', KEY, KEY],
  ['none', null, null],
  ['an empty header', '', ''],
  ['an empty String', '""', ''],
  ['one quote', `"${KEY}`, `"${KEY}`],
  ['two keys', `"${KEY}", "${KEY}"`, `"${KEY}", "${KEY}"`],
  ['an escape', `"${KEY}\\""`, `"${KEY}\\""`],
  ['a Token of Structured Fields is no String', 'key', 'key'],
])('%s', (_, header, key) => {
  expect(keyOfHeader(header)).toBe(key);
});
