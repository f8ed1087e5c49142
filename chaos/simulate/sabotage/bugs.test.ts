import { describe, expect, test } from 'vitest';
import { judge } from '../judge.ts';
import { drawPlan } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { simulate } from '../simulation.ts';
import { BUGS } from './bugs.ts';
import type { Bug } from './sabotage.ts';

const deep = process.env['DEEP'] === '1';

/** Each is found within so many runs, or it isn't found. */
const RUNS_MAX = 800;
/** How often each is looked for, one stretch of seeds after the other, where there is time for it. */
const HUNTS = 9;
const TIMEOUT_MS = 900_000;

/** Those that a few runs find, each of them short: for the test of every day. With DEEP=1 it is all of them. */
const QUICK: ReadonlySet<string> = new Set([
  'no-idempotency',
  'look-then-save',
  'saved-after-the-charge',
  'fingerprint-of-the-attempt',
  'transient-failure-stored',
  'new-key-after-reload',
  'new-key-each-retry',
  'payload-not-hashed',
  'replay-rebuilt',
  'stock-without-condition',
  'loser-reports-success',
  'unknown-taken-for-not-charged',
  'record-forgotten-too-early',
]);

const hunted = deep ? BUGS : BUGS.filter(({ id }) => QUICK.has(id));

interface Kill {
  readonly runs: number;
  readonly plan: Plan;
}

/** Runs plan after plan with the bug, until the checker that it names finds it. */
async function hunt(bug: Bug, from: number): Promise<Kill> {
  for (let runs = 1; runs <= RUNS_MAX; runs++) {
    const plan = drawPlan(`bug-${from + runs}`, bug.without);
    const { violations } = judge(await simulate(plan, bug));
    if (violations.some(({ checker }) => checker === bug.checker)) return { runs, plan };
  }
  throw new Error(`${bug.id} was not found in ${RUNS_MAX} runs`);
}

describe('the simulation can say no', () => {
  test('the bugs have names of their own', () => {
    expect(new Set(BUGS.map(({ id }) => id)).size).toBe(BUGS.length);
    expect([...QUICK].filter((id) => !BUGS.some((bug) => bug.id === id))).toEqual([]);
  });

  for (const bug of hunted) {
    const { hazard, says, id } = bug;
    test(
      `hazard ${hazard}: ${says} Found by ${bug.checker}`,
      async () => {
        const kills: Kill[] = [];
        for (let from = 0; kills.length < (deep ? HUNTS : 1); from += kills.at(-1)?.runs ?? 0)
          kills.push(await hunt(bug, from));
        const runs = kills.map((kill) => kill.runs).toSorted((a, b) => a - b);
        const median = runs[Math.floor(runs.length / 2)];
        if (deep)
          process.stdout.write(
            `hazard ${hazard} ${id}: found by ${bug.checker} in ${runs.join(', ')} runs, median ${median}\n`,
          );
        // It is the bug that was found: without it the same plan is valid.
        for (const { plan } of kills) expect(judge(await simulate(plan)).verdict).toBe('valid');
      },
      TIMEOUT_MS,
    );
  }
});
