import { expect, test } from 'vitest';
import { nextRouter } from './next-release/router.ts';
import { seam } from './seam.ts';
import { seamOfWeb } from './web.ts';

test('told nothing, it puts in nothing', () => {
  expect(seam({})).toEqual({});
});

test('a name that it doesn’t know stops it', () => {
  expect(() => seam({ SABOTAGE: 'unprotected,unprotcted' })).toThrow(/no sabotage unprotcted/);
});

test('puts in what it is told', () => {
  expect(
    Object.keys(seam({ SABOTAGE: 'unprotected', FAILPOINTS_URL: 'http://127.0.0.1:9' })).toSorted(),
  ).toEqual(['engine', 'failpoint', 'payments']);
});

test('a shop has one engine', () => {
  expect(() => seam({ SABOTAGE: 'unprotected,unprotected' })).toThrow(/one engine/);
});

test('serves this release, unless it is told to be the next', () => {
  expect(seamOfWeb({}).router).toBeUndefined();
  expect(seamOfWeb({ RELEASE: 'next' }).router).toBe(nextRouter);
  expect(() => seamOfWeb({ RELEASE: 'nxt' })).toThrow(/no release nxt/);
});
