import fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianRunsUntilHit, wilsonBounds } from './proportion.ts';

test('the bounds are those of the tables', () => {
  const rounded = (hits: number, trials: number) => {
    const { low, high } = wilsonBounds(hits, trials);
    return [low.toFixed(4), high.toFixed(4)];
  };
  // R: binom::binom.wilson(c(10, 0, 5, 1), c(10, 10, 10, 3))
  expect(rounded(10, 10)).toEqual(['0.7225', '1.0000']);
  expect(rounded(0, 10)).toEqual(['0.0000', '0.2775']);
  expect(rounded(5, 10)).toEqual(['0.2366', '0.7634']);
  expect(rounded(1, 3)).toEqual(['0.0615', '0.7923']);
});

test('of nothing nothing is known', () => {
  expect(wilsonBounds(0, 0)).toEqual({ low: 0, high: 1 });
});

test('the share that was seen lies between the bounds, and more trials bring them together', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(200), (trials, any) => {
      const hits = any % (trials + 1);
      const few = wilsonBounds(hits, trials);
      const many = wilsonBounds(hits * 10, trials * 10);
      expect(few.low).toBeLessThanOrEqual(hits / trials);
      expect(few.high).toBeGreaterThanOrEqual(hits / trials);
      expect(many.high - many.low).toBeLessThan(few.high - few.low);
    }),
  );
});

test('runs until it is seen: one if it always is, never if it never was', () => {
  expect(medianRunsUntilHit(10, 10)).toBe(1);
  expect(medianRunsUntilHit(0, 10)).toBeNull();
  // Half a chance each: half of all first runs show it. A fifth: three runs show it in 0.488, four in 0.590.
  expect(medianRunsUntilHit(5, 10)).toBe(1);
  expect(medianRunsUntilHit(2, 10)).toBe(4);
});
