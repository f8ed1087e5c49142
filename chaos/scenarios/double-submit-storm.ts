import { shopScenario } from './scenario.ts';
import { pressedAtOnce } from './sights/pressed-at-once.ts';

const PRESSES = 50;

/** Of fifty, so many at least are under way together: the first is answered before the last has left. */
const AT_ONCE = 30;

/** One key, fifty calls, three nodes: one of them executes, and all get its answer. */
export const doubleSubmitStorm = shopScenario({
  name: 'double-submit-storm',
  title: 'fifty calls with one key reach three nodes at once',
  hazards: [2, 9, 13, 46],
  topology: { webNodes: 3, workers: 1 },
  hits: [{ name: 'storm', role: 'double-submit', presses: PRESSES }],
  pace: 'together',
  faults: () => [],
  evidence: [pressedAtOnce(AT_ONCE)],
});
