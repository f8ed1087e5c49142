import type { HitPlan } from '../schedule/draw.ts';
import { shopScenario } from './scenario.ts';
import { ranOut } from './sights/ran-out.ts';

const LAST: HitPlan = { name: 'last', product: { sku: 'CHAOS-LAST', stock: 3 } };

/** Twelve customers want the last three pieces at the same moment. */
export const lastPieceContention = shopScenario({
  name: 'last-piece-contention',
  title: 'twelve customers press at one moment, and there are three pieces left',
  hazards: [30, 43],
  topology: { webNodes: 3, workers: 1 },
  hits: [
    LAST,
    LAST,
    LAST,
    LAST,
    { ...LAST, role: 'double-submit', presses: 3 },
    { ...LAST, role: 'decline-then-buy' },
  ],
  pace: 'together',
  faults: () => [],
  evidence: [ranOut],
});
