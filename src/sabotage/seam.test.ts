import { expect, test } from 'vitest';
import { seam } from './seam.ts';

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
