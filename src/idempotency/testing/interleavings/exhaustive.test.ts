import { describe, expect, test } from 'vitest';
import { SmallWorld, type SmallWorldPlan } from './small-world.ts';
import { explore, type ExploredRun } from './state-space.ts';

const deep = process.env['DEEP'] === '1';

const base: SmallWorldPlan = {
  kind: 'charged',
  granularity: 'calls',
  callers: [
    { payload: 'a', retries: 0 },
    { payload: 'a', retries: 0 },
  ],
  completerRounds: 1,
  crashes: 1,
  ambiguousCommits: 0,
  leasesRunOut: 1,
};

const worlds: Record<string, Partial<SmallWorldPlan>> = {
  'two callers, a completer, one crash, one lease running out': {},
  'two callers, a completer, one crash, one lease running out; one transaction, turn by statement': {
    kind: 'local',
    granularity: 'statements',
  },
  'two callers, one COMMIT without an answer, one lease running out': {
    completerRounds: 0,
    crashes: 0,
    ambiguousCommits: 1,
  },
  'two callers with different content, a completer, one crash, one lease running out': {
    callers: [
      { payload: 'a', retries: 0 },
      { payload: 'b', retries: 0 },
    ],
  },
};

const deepWorlds: Record<string, Partial<SmallWorldPlan>> = {
  'two callers, a completer, one crash, one COMMIT without an answer, one lease running out': {
    ambiguousCommits: 1,
  },
  'two callers, a completer, one crash, two leases running out': { leasesRunOut: 2 },
};

/** Far above what the worlds need: it bounds a world that grew by mistake, and the test then says so. */
const RUNS_MAX = deep ? 1_500_000 : 100_000;

describe('all interleavings of a small world', () => {
  test.each(Object.entries(deep ? { ...worlds, ...deepWorlds } : worlds))(
    '%s',
    async (name, plan) => {
      const startedMs = performance.now();
      const found = await explore(() => SmallWorld.begin({ ...base, ...plan }), RUNS_MAX);
      const extent = found.violation
        ? 'STOPPED at a violation'
        : found.cut
          ? 'CUT OFF by the bound'
          : 'all of them';
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
      process.stdout.write(
        `${name}: ${found.interleavings} interleavings, ${extent} ` +
          `(${found.states} states, ${found.ends} ends, ${found.runs} runs, ${seconds} s)\n`,
      );
      expect(found.violation).toBeNull();
      expect(found.cut).toBe(false);
    },
    deep ? 1_800_000 : 60_000,
  );

  test('that equal states are run once loses no interleaving', async () => {
    const plan: SmallWorldPlan = { ...base, kind: 'local' };
    let apart = 0;
    const unmerged = async (): Promise<ExploredRun> => {
      const run = await SmallWorld.begin(plan);
      return {
        choices: () => run.choices(),
        choose: (choice) => run.choose(choice),
        state: () => String(++apart),
        wrong: () => run.wrong(),
        finish: () => run.finish(),
      };
    };
    const all = await explore(unmerged, 100_000);
    const merged = await explore(() => SmallWorld.begin(plan), 100_000);
    expect(all.cut).toBe(false);
    expect(BigInt(all.runs)).toBe(all.interleavings);
    expect(merged.interleavings).toBe(all.interleavings);
    expect(merged.runs).toBeLessThan(all.runs);
  }, 60_000);
});
