import { expect, test } from 'vitest';
import { parseKey } from './key.ts';

/** The example of RFC 9562, appendix A.6: made at 2022-02-22T19:22:22Z. */
const EXAMPLE = '017F22E2-79B0-7CC3-98C4-DC0C0C07398F';

test('a key tells when it was made', () => {
  expect(parseKey(EXAMPLE)).toEqual({
    kind: 'valid',
    key: EXAMPLE.toLowerCase(),
    madeAtMs: Date.parse('2022-02-22T19:22:22Z'),
  });
});

test.each([null, undefined, ''])('%j is no key', (header) => {
  expect(parseKey(header)).toEqual({ kind: 'missing' });
});

test.each([
  ['of another version', EXAMPLE.replace('-7CC3', '-4CC3')],
  ['of another variant', EXAMPLE.replace('-9', '-c')],
  ['with something before it', ` ${EXAMPLE}`],
  ['with something after it', `${EXAMPLE}0`],
  ['with a digit too little', EXAMPLE.slice(1)],
  ['without its hyphens', EXAMPLE.replaceAll('-', '')],
])('a UUID %s is malformed', (_, header) => {
  expect(parseKey(header)).toEqual({ kind: 'malformed' });
});
