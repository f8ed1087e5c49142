import { answerLost, failpointCrash, planned } from '../faults/index.ts';
import type { HitPlan } from '../schedule/draw.ts';
import { BOUNDARIES, BOUNDARIES_OF_TAKING_OVER } from './boundaries.ts';
import type { Boundary } from './boundaries.ts';
import { arrived, duringFirstAttempt, homeOf, on } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** Each client has a node, and dies with it at every other boundary. */
const NODE = { plain: 1, product: 2 } as const;

const plan = ({ name }: Boundary, index: number): HitPlan => ({
  name,
  node: NODE,
  ownProduct: true,
  client: index % 2 === 0 ? 'plain' : 'product',
});

/**
 * Between any two things that take effect outside a process it may die. Here it dies at each of
 * these places, every time and not by luck.
 */
export const crashAtEveryBoundary = shopScenario({
  name: 'crash-at-every-boundary',
  title:
    'a process dies at each boundary of the protocol: before and after every transaction, charge and takeover',
  hazards: [3, 4, 5, 14, 25, 48],
  topology: { webNodes: 2, workers: 1, failpoints: true },
  hits: [
    ...BOUNDARIES.map(plan),
    ...BOUNDARIES_OF_TAKING_OVER.map((each, index): HitPlan => ({ ...plan(each, index), role: 'give-up' })),
  ],
  faults: ({ hit }) => [
    ...BOUNDARIES.flatMap(({ name, point, step }) =>
      hit(name).map((intent) => {
        const id = `${name}-${intent.nonce}`;
        const params = { point, step, intent: intent.nonce };
        return planned(failpointCrash, id, homeOf(intent), params, {
          trigger: arrived(intent),
          heal: on(id),
        });
      }),
    ),
    // Somebody else takes an operation over only if its holder gave it back: for want of the provider's answer.
    ...BOUNDARIES_OF_TAKING_OVER.flatMap(({ name, point, step, by }) =>
      hit(name).flatMap((intent) => {
        const id = `${name}-${intent.nonce}`;
        const params = { point, step, intent: intent.nonce };
        const target = by === 'worker' ? 'worker-1' : homeOf(intent);
        return [
          planned(
            answerLost,
            `lost-${intent.nonce}`,
            `payments@${homeOf(intent)}`,
            {},
            duringFirstAttempt(intent),
          ),
          planned(failpointCrash, id, target, params, { trigger: arrived(intent), heal: on(id) }),
        ];
      }),
    ),
  ],
  evidence: [
    ...new Set([...BOUNDARIES, ...BOUNDARIES_OF_TAKING_OVER].map(({ point }) => `crashed-at-${point}`)),
  ],
});
