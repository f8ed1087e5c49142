import { randomStream } from '../random.ts';
import type { Mutant } from './mutant.ts';

/** So many, drawn by the seed, of those that die every time; in the order in which they stand. */
export function sampleOf(mutants: readonly Mutant[], count: number, seed: string): Mutant[] {
  const steady = mutants.filter(({ isSteady }) => isSteady === true);
  const drawn = new Set(randomStream(seed, 'mutants', 'sample').shuffle(steady).slice(0, count));
  return mutants.filter((mutant) => drawn.has(mutant));
}
