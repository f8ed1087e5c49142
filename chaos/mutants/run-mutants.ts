import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../report/report.ts';
import { worstOf } from '../verdict.ts';
import type { Mutant } from './mutant.ts';
import type { MutantScenario } from './mutant-scenario.ts';
import { cleanPlaysOf, playsOfRound, seedOf } from './plan.ts';
import type { MutantPlay, MutantVerdict } from './play-mutant.ts';
import { isKill, resultOf } from './verdict.ts';
import type { CleanResult, MutantResult, Played } from './verdict.ts';

export interface MutantRunOptions {
  seed: string;
  mutants: readonly Mutant[];
  /** How often each is played under its fault, with a seed of its own. */
  runs: number;
  /** Asked before each play: then no other is begun. */
  isOver: () => boolean;
  /** Where the plays leave what can be looked at. */
  directory: string;
  signal: AbortSignal;
  play: (play: MutantPlay, where: { path: string; signal: AbortSignal }) => Promise<MutantVerdict>;
  /** Is told of each play that is done. */
  told: (told: PlayTold) => void;
}

export interface PlayTold {
  /** A mutant's id, or a scenario's name. */
  name: string;
  purpose: Played['purpose'] | 'clean';
  seed: string;
  /** As it should be. */
  isGood: boolean;
  verdict: MutantVerdict;
}

export interface MutantRun {
  seed: string;
  results: MutantResult[];
  clean: CleanResult[];
  /** Not everything was played that was meant to be. */
  isCutShort: boolean;
  durationMs: number;
}

/**
 * Plays every mutant, round by round, so that a run that is cut short has seen all of them as often as each
 * other; then the shop as it is, with the seeds that killed.
 */
export async function runMutants(options: MutantRunOptions): Promise<MutantRun> {
  const { seed, mutants, runs } = options;
  const startedMs = performance.now();
  const played = new Map<string, Played[]>(mutants.map(({ id }) => [id, []]));
  const rounds = Array.from({ length: runs }, (_, index) => index + 1);
  const planned = rounds.flatMap((round) => mutants.flatMap((mutant) => playsOfRound(mutant, seed, round)));

  let isCutShort = !(await inTurns(planned, options, async ({ mutant, purpose, play }) => {
    const verdict = await playOne(`${mutant.id}/${purpose}-${play.seed}`, play, options);
    played.get(mutant.id)?.push({ purpose, seed: play.seed, verdict });
    const isGood =
      purpose === 'calm'
        ? verdict.verdict === 'valid'
        : isKill(mutant, verdict) || (purpose === 'layered' && verdict.verdict !== 'unknown');
    options.told({ name: mutant.id, purpose, seed: play.seed, isGood, verdict });
  }));

  const results = mutants.map((mutant) => resultOf(mutant, played.get(mutant.id) ?? []));
  const clean: CleanResult[] = [];
  for (const [scenario, its] of byScenario(results)) {
    const seeds = [...new Set(its.flatMap(({ killingSeeds }) => killingSeeds))];
    const plays = cleanPlaysOf(
      scenario,
      its.map(({ mutant }) => mutant),
      seeds.length > 0 ? seeds : [seedOf(seed, 1)],
    );
    const verdicts: MutantVerdict[] = [];
    const isWhole = await inTurns(plays.entries(), options, async ([index, play]) => {
      const verdict = await playOne(`clean/${scenario.name}-${index + 1}`, play, options);
      verdicts.push(verdict);
      const isGood = verdict.verdict === 'valid';
      options.told({ name: scenario.name, purpose: 'clean', seed: play.seed, isGood, verdict });
    });
    isCutShort ||= !isWhole;
    clean.push({ scenario: scenario.name, ...cleanOf(verdicts) });
  }
  return { seed, results, clean, isCutShort, durationMs: performance.now() - startedMs };
}

function cleanOf(verdicts: readonly MutantVerdict[]): { verdict: Verdict; runs: number; why: string[] } {
  return {
    verdict: worstOf(verdicts.map(({ verdict }) => verdict)),
    runs: verdicts.length,
    why: verdicts.filter(({ verdict }) => verdict !== 'valid').flatMap(({ reasons }) => reasons),
  };
}

function byScenario(results: readonly MutantResult[]): Map<MutantScenario, MutantResult[]> {
  return Map.groupBy(results, ({ mutant }) => mutant.scenario);
}

/** One after the other: two shops on one machine would stand in each other's way. @returns whether all were begun */
async function inTurns<T>(
  items: Iterable<T>,
  { isOver, signal }: Pick<MutantRunOptions, 'isOver' | 'signal'>,
  work: (item: T) => Promise<void>,
): Promise<boolean> {
  for (const item of items) {
    if (isOver() || signal.aborted) return false;
    await work(item);
  }
  return !signal.aborted;
}

async function playOne(
  name: string,
  play: MutantPlay,
  { directory, signal, play: perform }: MutantRunOptions,
): Promise<MutantVerdict> {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  return perform(play, { path, signal });
}
