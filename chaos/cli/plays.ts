import { randomStream } from '../random.ts';
import type { Schedule } from '../schedule/schedule.ts';

/** One scenario, played once. */
export interface Play {
  /** Names it in its run: `partition`, and from the second round on `partition.2`. */
  name: string;
  scenario: string;
  seed: string;
  /** What was saved, if it is played again; null: drawn from the seed. */
  schedules: readonly Schedule[] | null;
}

/** How often all of it is played. */
export interface Span {
  /** At most; may be without end. */
  rounds: number;
  /** Asked between two plays, after one whole round. */
  isOver: () => boolean;
}

/** Everything that is to be played, round by round, each round with a seed of its own. */
export function* playsOf(
  scenarios: readonly string[],
  seed: string,
  { rounds, isOver }: Span,
): Generator<Play> {
  for (let round = 1; round <= rounds; round += 1) {
    for (const scenario of scenarios) {
      if (round > 1 && isOver()) return;
      const name = round === 1 ? scenario : `${scenario}.${round}`;
      yield { name, scenario, seed: seedOfRound(seed, round), schedules: null };
    }
  }
}

/** The first round has the run's own seed: what one round showed is played again with just that. */
function seedOfRound(seed: string, round: number): string {
  return round === 1 ? seed : randomStream(seed, 'round', String(round)).text(8);
}
