import { describe, expect, test } from 'vitest';
import { readAttempt } from './attempt.ts';

describe('what a caller says of its attempt', () => {
  test.each<[string, Record<string, string>, ReturnType<typeof readAttempt>]>([
    ['nothing', {}, null],
    ['its number', { 'X-Attempt': '1' }, { number: 1, reason: null }],
    [
      'number and reason',
      { 'X-Attempt': '3', 'X-Retry-Reason': 'timeout' },
      { number: 3, reason: 'timeout' },
    ],
    ['no number', { 'X-Attempt': 'many', 'X-Retry-Reason': 'network' }, { number: null, reason: 'network' }],
    ['a number that nobody reaches', { 'X-Attempt': '1e9' }, null],
    ['zero', { 'X-Attempt': '0' }, null],
    [
      'a reason that would break a label',
      { 'X-Attempt': '2', 'X-Retry-Reason': 'a"} 1' },
      { number: 2, reason: null },
    ],
    ['a reason as long as a novel', { 'X-Retry-Reason': 'a'.repeat(31) }, null],
  ])('%s', (_, headers, expected) => {
    expect(readAttempt(new Headers(headers))).toEqual(expected);
  });
});
