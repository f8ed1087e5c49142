import { failpointHold, planned } from '../faults/index.ts';
import type { HitPlan } from '../schedule/draw.ts';
import { BOUNDARIES } from './boundaries.ts';
import { after, any, arrived, takenOver } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** Past a lease (5 s), the customer's next attempt, and what another needs to finish it. */
const HELD_MS = 7_500;

const plan = (name: string, index: number): HitPlan => ({
  name,
  node: 1,
  ownProduct: true,
  client: index % 2 === 0 ? 'plain' : 'product',
});

/**
 * A holder stands still at each boundary until another has its operation, or until it would have; then
 * it goes on with what it had in mind.
 */
export const heldAtEveryBoundary = shopScenario({
  name: 'held-at-every-boundary',
  title: 'a holder stands still at each boundary of the protocol past its lease, and then goes on',
  hazards: [6, 7, 13, 45, 47],
  topology: { webNodes: 2, workers: 1, failpoints: true },
  hits: BOUNDARIES.map(({ name }, index) => plan(name, index)),
  pace: 'together',
  faults: ({ hit }) =>
    BOUNDARIES.flatMap(({ name, point, step }) =>
      hit(name).map((intent) =>
        planned(
          failpointHold,
          `${name}-${intent.nonce}`,
          intent.customer,
          { point, step, intent: intent.nonce },
          {
            trigger: arrived(intent),
            heal: any(takenOver(intent), after(HELD_MS)),
          },
        ),
      ),
    ),
  evidence: [...new Set(BOUNDARIES.map(({ point }) => `held-at-${point}`))],
});
