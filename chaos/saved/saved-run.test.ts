import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportOf } from '../testing/command.ts';
import type { PlayReport } from '../report/report.ts';
import { NOT_WEAKENED } from '../weakening.ts';
import { findRun, pruneRuns, runNames, savedRuns } from './run-list.ts';
import { SavedRun } from './saved-run.ts';

let reportsDir: string;
beforeEach(() => void (reportsDir = mkdtempSync(join(tmpdir(), 'chaos-saved-'))));
afterEach(() => rmSync(reportsDir, { recursive: true }));

const begin = (seed: string) =>
  SavedRun.begin(reportsDir, { seed, command: ['run'], weakening: NOT_WEAKENED });

function play(run: SavedRun, name = 'partition'): PlayReport {
  const directory = run.beginPlay(name);
  for (const file of ['history.jsonl', 'schedule.json']) writeFileSync(join(directory, file), '');
  mkdirSync(join(directory, 'control'));
  const report = { ...reportOf('partition'), play: name, seed: 'abc' };
  run.finishPlay(report, [{ fault: 'latency', on: 'db', phase: 'claimed', operations: 3 }]);
  return report;
}

describe('a saved run', () => {
  test('gives back the report that it ended with', () => {
    const run = begin('abc');
    const reports = [play(run), play(run, 'partition.2')];
    run.finish({ verdict: 'valid', complete: true });
    const { id } = run;
    expect(SavedRun.open(run.path).report()).toEqual({
      run: id,
      seed: 'abc',
      verdict: 'valid',
      scenarios: reports,
    });
  });

  test('is unknown until it is finished, with all that it had finished when it was killed', () => {
    const run = begin('abc');
    play(run);
    const { record } = SavedRun.open(run.path);
    expect(record).toMatchObject({ verdict: 'unknown', complete: false, finishedAt: null });
    expect(record.plays.map(({ name }) => name)).toEqual(['partition']);
  });

  test('has a directory of its own, whatever its seed', () => {
    expect(begin('../a/../b').path).toMatch(/Z-___a____b$/);
    expect(new Set(Array.from({ length: 20 }, () => begin('abc').path)).size).toBe(20);
  });
});

describe('the run that is meant', () => {
  test('is the last one, or one whose name begins so', async () => {
    const first = begin('aaa');
    await new Promise((resolve) => setTimeout(resolve, 2));
    const last = begin('bbb');
    expect(findRun(reportsDir, 'last').id).toBe(last.id);
    expect(findRun(reportsDir, first.id.slice(0, -2)).id).toBe(first.id);
    expect(() => findRun(reportsDir, first.id.slice(0, 12))).toThrow(`may be ${first.id} or ${last.id}`);
  });

  test('is none of those that can’t be read', () => {
    const broken = begin('abc');
    writeFileSync(join(broken.path, 'run.json'), '{"format":2}');
    expect(savedRuns(reportsDir)).toEqual([]);
    expect(() => findRun(reportsDir, 'last')).toThrow('run.json is not whole');
  });
});

test('of runs that are too old only the record and the reports stay, and of others everything', async () => {
  const runs: SavedRun[] = [];
  for (const seed of ['a', 'b', 'c']) {
    const run = begin(seed);
    play(run);
    runs.push(run);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(await pruneRuns(reportsDir, 2)).toBe(1);
  expect(await pruneRuns(reportsDir, 2)).toBe(0);
  expect(runNames(reportsDir)).toHaveLength(3);
  const [old, ...kept] = runs;
  expect(readdirSync(old?.playPath('partition') ?? '').toSorted()).toEqual(['report.json', 'schedule.json']);
  expect(old?.report().scenarios).toHaveLength(1);
  for (const run of kept) expect(existsSync(join(run.playPath('partition'), 'history.jsonl'))).toBe(true);
});
