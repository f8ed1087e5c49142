import { shopScenario } from './scenario.ts';
import { nothingWasWrong } from './sights/nothing-was-wrong.ts';

/** Nothing is done to anybody. A harness that finds something here has made it itself. */
export const nothingWrong = shopScenario({
  name: 'nothing-wrong',
  title: 'a calm day: no fault at all, and everybody who can pay has paid at the first attempt',
  hazards: [],
  topology: { webNodes: 2, workers: 1 },
  hits: [{ name: 'calm' }, { name: 'calm' }, { name: 'calm' }, { name: 'calm' }],
  faults: () => [],
  evidence: [nothingWasWrong],
});
