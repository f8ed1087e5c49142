import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { drawPlan } from './plan.ts';
import { readPlan, writePlan } from './plan-file.ts';
import { BUGS } from './sabotage/bugs.ts';
import { shrink } from './shrink.ts';
import type { Shrunk } from './shrink.ts';
import { simulate } from './simulation.ts';
import type { Simulated } from './simulation.ts';

const TIMEOUT_MS = 120_000;
const RUNS_MAX = 1_000;

/** Saves the key after the work: a double click is enough to see it. */
const bug = BUGS.find(({ id }) => id === 'look-then-save');

/** The first failing run that has something to take away. */
async function failing(): Promise<Simulated> {
  for (let number = 1; ; number++) {
    const run = await simulate(drawPlan(`shrink-${number}`, bug?.without), bug);
    const found = judge(run).violations.some(({ kind }) => kind === 'second-paid-order');
    if (found && run.plan.customers.length > 2 && run.faults.length > 2) return run;
  }
}

describe('shrinking', () => {
  const finding = { checker: 'one-order-per-intent', kind: 'second-paid-order' } as const;
  let run: Simulated;
  let shrunk: Shrunk;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'simulate-'));
    if (bug === undefined) throw new Error('There is no such bug');
    run = await failing();
    shrunk = await shrink(run, finding, { runsMax: RUNS_MAX, sabotage: bug });
  }, TIMEOUT_MS);

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('what is left is one customer, who sends it twice', () => {
    expect(shrunk.plan.customers).toHaveLength(1);
    expect(shrunk.plan.webNodes).toBe(1);
    expect(shrunk.run.history.length).toBeLessThan(run.history.length);
    expect(shrunk.runs).toBeLessThanOrEqual(RUNS_MAX);
  });

  test('it shows the same finding every time, also after it was saved and read', async () => {
    const path = join(directory, 'plan.json');
    writePlan(path, shrunk.plan);
    const again = await simulate(readPlan(path), bug);
    expect(JSON.stringify(again.history)).toBe(JSON.stringify(shrunk.run.history));
    expect(judge(again).violations).toContainEqual(shrunk.violation);
    expect(shrunk.violation).toMatchObject(finding);
  });

  test('nothing more can go: without any of its faults it finds nothing', async () => {
    for (const fault of shrunk.run.faults) {
      const faults = shrunk.run.faults.filter((other) => other !== fault);
      const { violations } = judge(await simulate({ ...shrunk.plan, faults }, bug));
      expect(violations.filter(({ kind }) => kind === finding.kind)).toEqual([]);
    }
  });

  test('a drawn plan comes out of its file as it went in', () => {
    const path = join(directory, 'drawn.json');
    for (const seed of ['a', 'b', 'c', 'd', 'e', 'f']) {
      writePlan(path, drawPlan(seed));
      expect(readPlan(path)).toEqual(drawPlan(seed));
    }
  });

  test('a file that is no plan says so', () => {
    const path = join(directory, 'other.json');
    expect(() => readPlan(path)).toThrow('can’t be read as a plan');
    writeFileSync(path, '{"version": 2}');
    expect(() => readPlan(path)).toThrow('is no plan: version');
  });
});
