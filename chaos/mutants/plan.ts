import { randomStream } from '../random.ts';
import type { Mutant } from './mutant.ts';
import type { MutantScenario } from './mutant-scenario.ts';
import type { MutantPlay } from './play-mutant.ts';
import { PRODUCTION } from '../topology/shop-variant.ts';
import { shopOf, sqlOf } from './shop-of.ts';
import type { Purpose } from './verdict.ts';

/** One play that is to be done for a mutant. */
export interface PlannedPlay {
  mutant: Mutant;
  purpose: Purpose;
  play: MutantPlay;
}

/** Which seed the round of that number has: the first has the run's own. */
export function seedOf(seed: string, round: number): string {
  return round === 1 ? seed : randomStream(seed, 'mutants', String(round)).text(8);
}

/**
 * What a mutant is played for in a round: in the first under the fault, without it, and with the layers on
 * that may hide it; in each further one under the fault again, with another seed.
 */
export function playsOfRound(mutant: Mutant, seed: string, round: number): PlannedPlay[] {
  const { scenario, masks, checker } = mutant;
  const base = {
    scenario,
    seed: seedOf(seed, round),
    exercises: [],
    habits: mutant.sabotage.habits ?? [],
  };
  const off = { ...base, shop: shopOf(mutant, masks), sql: sqlOf(mutant, masks) };
  const storm: PlannedPlay = { mutant, purpose: 'storm', play: { ...off, calm: false } };
  if (round > 1) return [storm];
  const calm: PlannedPlay = { mutant, purpose: 'calm', play: { ...off, calm: true } };
  if (masks.length === 0) return [storm, calm];
  const on = { ...base, exercises: [checker], shop: shopOf(mutant, []), sql: sqlOf(mutant, []) };
  return [storm, calm, { mutant, purpose: 'layered', play: { ...on, calm: false } }];
}

/**
 * What the shop as it is must pass in a scenario: every seed that killed a mutant there, with the guard
 * dropped, so that it is the engine and not the guard that holds; one of them with nothing taken off; and one
 * in the production build.
 */
export function cleanPlaysOf(
  scenario: MutantScenario,
  mutants: readonly Mutant[],
  seeds: readonly string[],
): MutantPlay[] {
  const exercises = [...new Set(mutants.map(({ checker }) => checker))];
  const base = { scenario, calm: false, exercises, habits: [] };
  const [first] = seeds;
  if (first === undefined) return [];
  const chaosBuild = { ...base, shop: shopOf(null, []) };
  return [
    ...seeds.map((seed) => ({ ...chaosBuild, seed, sql: sqlOf(null, ['guard']) })),
    { ...chaosBuild, seed: first, sql: [] },
    { ...base, seed: first, shop: PRODUCTION, sql: [] },
  ];
}
