import { commitHeld, kill, latency, planned } from '../faults/index.ts';
import { after, all, arrived, homeOf, off, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { hitIn } from './sights/hit-in.ts';

/** Each client has a node. */
const NODE = { plain: 1, product: 2 } as const;
const NODES = [1, 2] as const;

/** Long enough that a request which has arrived has written nothing yet when its node is killed. */
const SLOW = { delayMs: 250, jitterMs: 0, direction: 'both' } as const;

/** A node dies with a request that has written nothing, and with one whose claim is in its COMMIT. */
export const webKilledBeforeClaim = shopScenario({
  name: 'web-killed-before-claim',
  title: 'a node is killed before anything is written, and again while the claim is in its COMMIT',
  hazards: [4, 14, 32, 48],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'before', node: NODE, pressAt: () => all(...NODES.map((node) => on(`slow-${node}`))) },
    {
      name: 'claiming',
      node: NODE,
      ownProduct: true,
      pressAt: () => all(...NODES.map((node) => off(`before-web-${node}`))),
    },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    ...NODES.map((node) =>
      planned(latency, `slow-${node}`, `db@web-${node}`, SLOW, {
        trigger: ready(1),
        heal: on(`before-web-${node}`),
      }),
    ),
    ...hit('before').map((intent) =>
      planned(
        kill,
        `before-${homeOf(intent)}`,
        homeOf(intent),
        {},
        { trigger: arrived(intent), heal: after(300) },
      ),
    ),
    ...hit('claiming').flatMap((intent) => [
      planned(
        commitHeld,
        `held-${intent.nonce}`,
        intent.customer,
        { point: 'claim', intent: intent.nonce },
        {
          trigger: arrived(intent),
          heal: on(`claiming-${homeOf(intent)}`),
        },
      ),
      planned(
        kill,
        `claiming-${homeOf(intent)}`,
        homeOf(intent),
        {},
        {
          trigger: on(`held-${intent.nonce}`),
          heal: after(300),
        },
      ),
    ]),
  ],
  evidence: [hitIn('kill', 'arrived'), 'held-claim-commit', kill.evidence({})],
});
