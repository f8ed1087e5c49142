import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CHECKER_NAMES } from '../checkers/name.ts';
import { FAULT_SITES } from './fault.ts';
import { judge } from './judge.ts';
import { drawPlan } from './plan.ts';
import { runsPerMinute } from './report.ts';
import { writtenDown } from './shrink.ts';
import { simulate } from './simulation.ts';
import type { Simulated } from './simulation.ts';
import { sweep } from './sweep.ts';
import type { Sweep } from './sweep.ts';

const deep = process.env['DEEP'] === '1';
const RUNS = deep ? 4_000 : 150;
const EXACT_RUNS = 100;
const TIMEOUT_MS = deep ? 1_200_000 : 120_000;

/** No browser shows a page here: what pages say is asked of real ones. */
const NOT_HERE: readonly string[] = ['pages-tell-the-truth'];

/** What must have happened in so many runs, or they showed nothing of it. */
const MUST_MEET = [
  'engine: claimed',
  'engine: executed',
  'engine: replayed',
  'engine: joined',
  'engine: taken over by caller',
  'engine: taken over by completer',
  'engine: commit_unknown',
  'engine: released as outcome_unknown',
  'engine: settled succeeded',
  'engine: settled failed',
  'engine: OPERATION_IN_PROGRESS',
  'engine: OUTCOME_UNKNOWN',
  'engine: STORE_UNAVAILABLE',
  'engine: IDEMPOTENCY_KEY_EXPIRED',
  'engine: IDEMPOTENCY_KEY_FROM_THE_FUTURE',
  'engine: IDEMPOTENCY_KEY_REUSED',
  'client: retry-scheduled',
  'client: left-unknown',
  'client: key-replaced',
  'provider: key in use',
  'provider: processing',
  'idle transaction ended',
];

/** Too rare for a short run. */
const MUST_MEET_IN_MANY = [
  ...FAULT_SITES,
  'engine: fenced',
  'engine: resumed',
  'engine: closed, void',
  'provider: replayed',
  'engine: released as running',
  'engine: TEMPORARILY_UNAVAILABLE',
  'committed under request-late',
  'committed under answer-swallowed',
  'row lock timeout',
  'purged',
];

function* plans(prefix: string, runs: number) {
  for (let number = 1; number <= runs; number++) yield drawPlan(`${prefix}-${number}`);
}

/** All of a run that anybody reads. */
function bytesOf({ history, state, faults, virtualMs, appointments, trouble }: Simulated): string {
  const lines = history.map((event) => JSON.stringify(event));
  return [...lines, JSON.stringify({ state, faults, virtualMs, appointments, trouble })].join('\n');
}

function told(swept: Sweep): string {
  const met = [...swept.met].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${swept.runs} simulated runs, ${runsPerMinute(swept)} a minute, met: ${met
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}\n`;
}

describe('the simulation', () => {
  /** The first runs, to be played again. */
  const played: Simulated[] = [];
  let swept: Sweep;

  beforeAll(async () => {
    swept = await sweep(plans('valid', RUNS), {
      onRun: (run, number) => {
        if (number <= EXACT_RUNS) played.push(run);
      },
    });
    process.stdout.write(told(swept));
  }, TIMEOUT_MS);

  afterEach(() => {
    vi.restoreAllMocks();
  });

  test(`${RUNS} runs of the real engine and client are valid`, () => {
    expect({
      seed: swept.failed?.run.plan.seed,
      violations: swept.failed?.judgement.violations,
      reasons: swept.failed?.judgement.reasons,
    }).toEqual({ seed: undefined, violations: undefined, reasons: undefined });
    expect(swept.runs).toBe(RUNS);
  });

  test('they met what they are for, and every checker had something to look at', () => {
    const mustMeet = deep ? [...MUST_MEET, ...MUST_MEET_IN_MANY] : MUST_MEET;
    expect(mustMeet.filter((what) => !swept.met.has(what))).toEqual([]);
    const vacuous = CHECKER_NAMES.filter((name) => (swept.premises.get(name) ?? 0) === 0);
    expect(vacuous).toEqual(NOT_HERE);
  });

  test(
    'a run is a function of its plan: the same history, final state and faults, byte for byte',
    async () => {
      let faults = 0;
      for (const run of played) {
        // Written down, the faults come from a list in the place of dice. Nothing else changes by that.
        expect(bytesOf(await simulate(writtenDown(run)))).toBe(bytesOf(run));
        faults += run.faults.length;
      }
      // Equal because nothing depends on anything would be no exactness.
      expect(new Set(played.map(bytesOf)).size).toBe(EXACT_RUNS);
      expect(faults).toBeGreaterThan(EXACT_RUNS);
    },
    TIMEOUT_MS,
  );

  test(
    'the same seed twice is the same run, dice and all',
    async () => {
      for (const plan of plans('twice', deep ? EXACT_RUNS : 10))
        expect(bytesOf(await simulate(plan))).toBe(bytesOf(await simulate(plan)));
    },
    TIMEOUT_MS,
  );

  test(
    'no part of it looks at a real clock, sets a real timer or draws a number of its own',
    async () => {
      const real = (name: string) => () => {
        throw new Error(`${name} was used`);
      };
      const spies = [
        vi.spyOn(Date, 'now').mockImplementation(real('Date.now')),
        vi.spyOn(Math, 'random').mockImplementation(real('Math.random')),
        vi.spyOn(performance, 'now').mockImplementation(real('performance.now')),
        vi.spyOn(process.hrtime, 'bigint').mockImplementation(real('hrtime')),
        vi.spyOn(crypto, 'getRandomValues').mockImplementation(real('getRandomValues')),
        vi.spyOn(crypto, 'randomUUID').mockImplementation(real('randomUUID')),
        vi.spyOn(globalThis, 'setTimeout').mockImplementation(real('setTimeout')),
        vi.spyOn(globalThis, 'setInterval').mockImplementation(real('setInterval')),
      ];
      for (const plan of plans('real', 10)) expect(judge(await simulate(plan)).reasons).toEqual([]);
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    },
    TIMEOUT_MS,
  );
});
