import { answerLost, latency, planned } from '../faults/index.ts';
import { duringFirstAttempt, homeOf, THE_WHOLE_TIME } from './planning.ts';
import { shopScenario } from './scenario.ts';

const SLOW = { delayMs: 40, jitterMs: 10, direction: 'downstream' } as const;

/** The word that the card was declined is lost; only when it has come may another card be taken. */
export const declineThenOtherCard = shopScenario({
  name: 'decline-then-other-card',
  title: 'a card is declined by a slow shop, the word of it is lost, and the customer takes another card',
  hazards: [9, 26, 43],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'declined', role: 'decline-then-buy' },
    { name: 'declined', role: 'decline-then-buy' },
    { name: 'declined', role: 'decline-then-buy' },
  ],
  faults: ({ hit }) => [
    ...[1, 2].map((node) => planned(latency, `slow-${node}`, `db@web-${node}`, SLOW, THE_WHOLE_TIME)),
    ...hit('declined').map((intent) =>
      planned(answerLost, `lost-${intent.nonce}`, `edge@${homeOf(intent)}`, {}, duringFirstAttempt(intent)),
    ),
  ],
  evidence: [answerLost.evidence({}), latency.evidence(SLOW)],
});
