import { answerHeld, pause, planned, sticky } from '../faults/index.ts';
import { all, arrived, charged, END, off, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { queuedAtTheFrozenNode } from './sights/queued-at-the-frozen-node.ts';

/** The first request, and three retries behind it. */
const COPIES = 4;

const pressAt = () => on('answers');

/** Every retry goes to the node that stands still, and when it wakes it finds all of them. */
export const frozenNodeQueue = shopScenario({
  name: 'frozen-node-queue',
  title:
    'retries queue up at the very node that stands still with the first request, and all of them run when it wakes',
  hazards: [36],
  topology: { webNodes: 2, workers: 1 },
  // Impatient enough to come several times while the node is away for less than a lease.
  limits: {
    attemptTimeoutMs: 700,
    maxAttempts: 12,
    totalBudgetMs: 20_000,
    backoffBaseMs: 50,
    backoffCapMs: 200,
  },
  hits: [
    { name: 'queue', node: 1, pressAt },
    { name: 'queue', node: 1, pressAt },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    ...hit('queue').map(({ nonce, customer }) =>
      planned(sticky, `sticky-${nonce}`, customer, {}, { trigger: ready(1), heal: END }),
    ),
    planned(answerHeld, 'answers', 'payments@web-1', {}, { trigger: ready(1), heal: off('stopped') }),
    planned(
      pause,
      'stopped',
      'web-1',
      {},
      {
        trigger: all(...hit('queue').map(charged)),
        heal: all(...hit('queue').map((intent) => arrived(intent, COPIES))),
      },
    ),
  ],
  evidence: [pause.evidence({}), sticky.evidence({}), queuedAtTheFrozenNode],
});
