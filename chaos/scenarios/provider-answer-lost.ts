import { answerHeld, answerLost, planned, reset } from '../faults/index.ts';
import { shopScenario } from './scenario.ts';
import { chargedUnheard } from './sights/charged-unheard.ts';

/** The card is charged, and the shop never hears of it, or hears of it when nobody waits any more. */
export const providerAnswerLost = shopScenario({
  name: 'provider-answer-lost',
  title:
    'the provider charges the card, and its answer is lost, reset, or held until the customer has given up',
  hazards: [3, 24, 35, 41],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'lost' },
    { name: 'lost' },
    { name: 'reset' },
    // Held for as long as a customer waits: each client has a node for it, so that neither waits for the other.
    { name: 'held', node: { plain: 1, product: 2 } },
    { name: 'lost', role: 'give-up' },
    { name: 'reset', role: 'give-up' },
  ],
  faults: ({ hit }) =>
    hit(['lost', 'reset', 'held']).map(({ hit: what, nonce: intent, homeNode }) => {
      const [id, link] = [`${what}-${intent}`, `payments@web-${homeNode}`];
      const times = {
        // The order must be reserved before the card is charged: there is time for a toxic.
        trigger: { at: 'arrived', intent, attempt: 1 },
        // The first attempt ends for want of the provider's answer: told so, or timed out.
        heal: { at: 'attempt-ended', intent, attempt: 1 },
      } as const;
      if (what === 'held') return planned(answerHeld, id, link, {}, times);
      if (what === 'reset') return planned(reset, id, link, { direction: 'downstream' }, times);
      return planned(answerLost, id, link, {}, times);
    }),
  rounds: 3,
  evidence: [answerLost.evidence({}), answerHeld.evidence({}), chargedUnheard],
  control: true,
});
