import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ddmin } from './ddmin.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const needs =
  (...needed: number[]) =>
  async (kept: readonly number[]) =>
    needed.every((part) => kept.includes(part));

test('what is needed is all that is left, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .integer({ min: 1, max: 40 })
        .chain((count) => fc.tuple(fc.constant(count), fc.subarray(numbers(count)))),
      async ([count, needed]) => {
        expect(await ddmin(numbers(count), needs(...needed))).toEqual(needed);
      },
    ),
  );
});

test('a part that can be left out only once another is gone, is', async () => {
  // Without 3 it fails only if 5 is gone too.
  const fails = async (kept: readonly number[]) =>
    kept.includes(7) && (kept.includes(3) || !kept.includes(5));
  expect(await ddmin(numbers(9), fails)).toEqual([7]);
});

test('many parts that are not needed cost few questions', async () => {
  let asked = 0;
  const kept = await ddmin(numbers(64), async (left) => {
    asked += 1;
    return left.includes(20) && left.includes(41);
  });
  expect(kept).toEqual([20, 41]);
  expect(asked).toBeLessThan(30);
});

test('a search that is not answered any more ends with the smallest that failed', async () => {
  let asked = 0;
  const kept = await ddmin(numbers(8), async (left) => {
    asked += 1;
    return asked > 3 ? null : left.includes(6);
  });
  expect(kept).toEqual([6, 7]);
});
