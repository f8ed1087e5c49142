import { answerLost, latency, planned, reset } from '../faults/index.ts';
import { PAGE_LIMITS } from '../run/limits.ts';
import { shopScenario } from './scenario.ts';
import { chargedUnheard } from './sights/charged-unheard.ts';

/** Long enough that a page says 'paying' for a while, and its customer does something else meanwhile. */
const SLOW = { delayMs: 120, jitterMs: 0, direction: 'downstream' } as const;

/** The pages wait for something that the shop itself doesn't know. */
export const pagesWhileTheBankIsSilent = shopScenario({
  name: 'pages-while-the-bank-is-silent',
  title: 'in real browsers: the card is charged and the shop never hears of it, or the database is slow',
  hazards: [35, 42],
  topology: { webNodes: 1, workers: 1 },
  clients: ['browser'],
  limits: PAGE_LIMITS,
  hits: [
    { name: 'unheard' },
    { name: 'unheard', role: 'reload' },
    { name: 'reset', role: 'close-and-return' },
    { name: 'slow', role: 'double-submit', presses: 2 },
    { name: 'slow', role: 'go-back' },
  ],
  faults: ({ hit }) => [
    ...hit(['unheard', 'reset']).map(({ hit: what, nonce: intent }) => {
      const [id, link] = [`${what}-${intent}`, 'payments@web-1'];
      const times = {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'charged', intent },
      } as const;
      if (what === 'reset') return planned(reset, id, link, { direction: 'downstream' }, times);
      return planned(answerLost, id, link, {}, times);
    }),
    ...hit('slow').map(({ nonce: intent }) =>
      planned(latency, `slow-${intent}`, 'db@web-1', SLOW, {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'attempt-ended', intent, attempt: 1 },
      }),
    ),
  ],
  evidence: [answerLost.evidence({}), latency.evidence(SLOW), chargedUnheard],
  exercises: ['pages-tell-the-truth', 'refusals-have-a-cause', 'same-key-same-bytes'],
});
