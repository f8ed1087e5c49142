import { expect, test } from 'vitest';
import { limits } from '../../limits.ts';
import { nextCheck } from './next-check.ts';

const { minPauseMs, maxPauseMs, horizonMs } = limits.lateCharges;
const settledAt = new Date('2026-11-23T12:00:00Z');
const after = (ms: number) => new Date(settledAt.getTime() + ms);

test('looks soon at first, then ever more rarely, and stops at the horizon', () => {
  const looks: number[] = [];
  let at: Date | null = after(minPauseMs);
  while (at !== null) {
    looks.push(at.getTime() - settledAt.getTime());
    at = nextCheck(settledAt, at);
  }
  const pauses = looks.slice(1).map((look, index) => look - (looks[index] ?? 0));
  expect(pauses.every((pause, index) => pause >= (pauses[index - 1] ?? minPauseMs))).toBe(true);
  expect(Math.max(...pauses)).toBe(maxPauseMs);
  expect(looks.at(-1)).toBeGreaterThanOrEqual(horizonMs);
  expect(looks.length).toBeLessThan(50);
});

test('a node whose clock ran ahead when it settled delays nothing for long', () => {
  expect(nextCheck(after(horizonMs), settledAt)).toEqual(after(minPauseMs));
});

test('is late by days: the pause is no longer than usual', () => {
  expect(nextCheck(settledAt, after(horizonMs - 1))).toEqual(after(horizonMs - 1 + maxPauseMs));
  expect(nextCheck(settledAt, after(horizonMs))).toBeNull();
});
