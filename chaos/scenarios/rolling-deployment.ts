import { answerHeld, answerLost, planned, redeploy } from '../faults/index.ts';
import type { Times } from '../faults/fault.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';
import { all, arrived, charged, duringFirstAttempt, ended, homeOf, off, on, paid } from './planning.ts';
import { shopScenario } from './scenario.ts';
import {
  newerRecordLeftAlone,
  newWorkWaitedForNext,
  oldAnswerGivenByNext,
  oldWorkFinishedByNext,
} from './sights/across-releases.ts';

/** Replaces one process. */
const step = (target: string, times: Times) => planned(redeploy, target, target, {}, times);

const losesAnswer = (intent: PlannedIntent, link: 'edge' | 'payments') =>
  planned(answerLost, `lost-${intent.nonce}`, `${link}@${homeOf(intent)}`, {}, duringFirstAttempt(intent));

const asksAgain = ({ role }: PlannedIntent): boolean => role === 'buy';

/** Another node has been asked, too; of what isn't settled it has waited for the outcome, for longer than a worker's look. */
const askedAgain = (intent: PlannedIntent) => ended(intent, 2);

/**
 * The shop's next release comes node by node: its input has another default, its answer tells one thing more,
 * and it reads what the release before it has written. Customers retry across it in both directions, and each
 * release leaves work behind while the other is there.
 *
 * ```
 *   web-2      ──▶ next   while the customers beside buy
 *   worker-1   ──▶ next   told-by-first: web-1's answers were lost, and web-2 gives them
 *                         left-by-next: web-2 leaves work, which web-3 and worker-2 leave alone
 *   worker-2   ──▶ next   left-by-first: web-3 leaves work, and worker-1 alone is there for it
 *   web-3      ──▶ next   at-3: with purchases under way
 *   web-1      ──▶ next   told-by-next: web-3's answers are lost, and web-1 can't give them
 *                         at-1: with charges that nobody has heard of
 * ```
 */
export const rollingDeployment = shopScenario({
  name: 'rolling-deployment',
  title:
    'the next release comes node by node while customers buy, lose answers and retry at the other release',
  hazards: [49],
  topology: { webNodes: 3, workers: 2, nextRelease: true },
  hits: [
    { name: 'told-by-first', node: 1, pressAt: () => off('web-2') },
    { name: 'told-by-first', node: 1, role: 'give-up', pressAt: () => off('web-2') },
    { name: 'left-by-next', node: 2, pressAt: () => on('worker-1') },
    { name: 'left-by-next', node: 2, role: 'give-up', pressAt: () => on('worker-1') },
    { name: 'left-by-first', node: 3, pressAt: () => on('worker-2') },
    { name: 'left-by-first', node: 3, role: 'give-up', pressAt: () => on('worker-2') },
    { name: 'at-3', node: 3, pressAt: () => off('worker-2') },
    { name: 'told-by-next', node: 3, pressAt: () => off('web-3') },
    { name: 'at-1', node: 1, pressAt: () => on('held') },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    ...hit(['told-by-first', 'told-by-next']).map((intent) => losesAnswer(intent, 'edge')),
    ...hit(['left-by-first', 'left-by-next']).map((intent) => losesAnswer(intent, 'payments')),
    step('web-2', { trigger: { at: 'arrivals', count: 3 }, heal: on('web-2') }),
    step('worker-1', {
      trigger: all(...hit('told-by-first').map((intent) => ended(intent))),
      heal: all(...hit('left-by-next').filter(asksAgain).map(askedAgain)),
    }),
    step('worker-2', {
      trigger: all(off('worker-1'), ...hit('left-by-next').map(paid)),
      heal: all(...hit('left-by-first').map(paid)),
    }),
    step('web-3', {
      trigger: all(off('worker-2'), ...hit('at-3').map((intent) => arrived(intent))),
      heal: on('web-3'),
    }),
    planned(answerHeld, 'held', 'payments@web-1', {}, { trigger: off('web-3'), heal: on('web-1') }),
    step('web-1', {
      trigger: all(...hit('at-1').map(charged), ...hit('told-by-next').map(askedAgain)),
      heal: on('web-1'),
    }),
  ],
  evidence: [
    redeploy.evidence({}),
    answerLost.evidence({}),
    oldAnswerGivenByNext,
    newerRecordLeftAlone,
    oldWorkFinishedByNext,
    newWorkWaitedForNext,
  ],
});
