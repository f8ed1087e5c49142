import { describe, expect, test } from 'vitest';
import { nodePorts } from '../node-ports.ts';
import { fingerprint } from './fingerprint.ts';

const of = (value: unknown) => fingerprint(nodePorts, value);

describe('the fingerprint', () => {
  test('doesn’t know the order of keys', () => {
    expect(of({ a: 1, b: [1, { c: 2, d: 3 }] })).toBe(of({ b: [1, { d: 3, c: 2 }], a: 1 }));
  });

  test.each<[string, unknown, unknown]>([
    ['another value', { a: 1 }, { a: 2 }],
    ['another order in a list', [1, 2], [2, 1]],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['null and absent', { a: null }, {}],
    ['an empty object and an empty list', {}, []],
  ])('tells apart: %s', (_, left, right) => {
    expect(of(left)).not.toBe(of(right));
  });

  test('nothing at all has one too', () => {
    expect(of(undefined)).toBe(of(null));
  });

  test('hazard: text that isn’t Unicode would collide, so it is refused', () => {
    expect(() => of({ a: '\ud800' })).toThrow(
      expect.objectContaining({
        code: 'IDEMPOTENCY_INPUT_UNFIT',
        cause: expect.any(Error) as Error,
      }) as Error,
    );
  });
});
