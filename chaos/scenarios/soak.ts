import { drawRandom } from '../schedule/draw-random.ts';
import { random } from './random.ts';
import type { ShopScenario } from './scenario.ts';

/** As `random`, round after round, for as long as it's given (`--for`), on one topology that forgets nothing. */
export const soak: ShopScenario = {
  ...random,
  name: 'soak',
  title: 'faults of all kinds, round after round, on one shop that keeps all that it has ever sold',
  draw: ({ seed, part, smoke, topology }) =>
    drawRandom({ seed, scenario: 'soak', part, smoke, ...(topology && { topology }) }),
  soaks: true,
};
