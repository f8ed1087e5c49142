import { perform } from '../run/driver.ts';
import { drawRandom } from '../schedule/draw-random.ts';
import { lookFor } from './scenario.ts';
import type { ShopScenario } from './scenario.ts';
import { faultsThatBit } from './sights/faults-that-bit.ts';

/** Faults of all kinds, drawn from the seed: what nobody has thought of. */
export const random: ShopScenario = {
  name: 'random',
  title: 'faults of all kinds on links, processes, database and customers, drawn from the seed',
  // Whichever the seed draws.
  hazards: [],
  draw: ({ seed, part, smoke }) => drawRandom({ seed, scenario: 'random', part, smoke }),
  // What customers plant may be swallowed by a fault: only what every run shows is asked for.
  exercises: [],
  requiredEvidence: [faultsThatBit.name],
  control: false,
  async drive(run) {
    await perform(run);
    await lookFor([faultsThatBit], run);
  },
};
