import { answerHeld, kill, planned } from '../faults/index.ts';
import { after, arrived, charged, homeOf, on } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { hitIn } from './sights/hit-in.ts';

const NODE = { plain: 1, product: 2 } as const;

/** The money has moved, and the only one who would have written it down is dead. */
export const webKilledAfterCharge = shopScenario({
  name: 'web-killed-after-charge',
  title:
    'a node is killed between the charge and its record, with a customer who comes again and with one who doesn’t',
  hazards: [3, 5, 24, 35],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'killed', node: NODE },
    { name: 'killed', node: NODE, role: 'give-up' },
  ],
  faults: ({ hit }) =>
    hit('killed').flatMap((intent) => [
      planned(
        answerHeld,
        `answer-${intent.nonce}`,
        `payments@${homeOf(intent)}`,
        {},
        {
          trigger: arrived(intent),
          heal: on(`kill-${intent.nonce}`),
        },
      ),
      planned(
        kill,
        `kill-${intent.nonce}`,
        homeOf(intent),
        {},
        { trigger: charged(intent), heal: after(600) },
      ),
    ]),
  evidence: [kill.evidence({}), hitIn('kill', 'charged')],
});
