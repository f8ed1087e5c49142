import { answerHeld, commitHeld, partition, planned } from '../faults/index.ts';
import type { Drawn, HitPlan } from '../schedule/draw.ts';
import type { Moment } from '../schedule/moment.ts';
import type { PlannedFault } from '../schedule/schedule.ts';
import { shopScenario } from './scenario.ts';
import { paidDuring } from './sights/paid-during.ts';

/** How far a purchase has come when its node loses the database. */
type Stage =
  /** Nothing was written. */
  | 'before-claim'
  /** COMMIT of the claim was sent: it happens, and the node never hears of it. */
  | 'at-claim'
  /** The card is charged, and nothing can be written down. */
  | 'after-charge'
  /** COMMIT of the settlement was sent: the order is paid, and the node never hears of it. */
  | 'at-settle';

/** The node that is cut off. The other goes on, with the same database. */
const CUT_NODE = 'web-1';

const cutOf = (round: number) => `cut-${round}`;
const answersOf = (round: number) => `answers-${round}`;

const plan = (name: Stage, pressAt?: HitPlan['pressAt'], role: HitPlan['role'] = 'buy'): HitPlan => ({
  name,
  role,
  node: 1,
  ownProduct: true,
  ...(pressAt && { pressAt }),
});
const behindTheCut: HitPlan['pressAt'] = (round) => ({ at: 'on', fault: cutOf(round) });
const withAnswersHeld: HitPlan['pressAt'] = (round) => ({ at: 'on', fault: answersOf(round) });

/** A node loses the database in the middle of its work, in both directions, while another node keeps it. */
export const databasePartitioned = shopScenario({
  name: 'database-partitioned',
  title: 'one node loses the database in the middle of its work, in both directions, while another keeps it',
  hazards: [10, 12, 25, 47],
  topology: { webNodes: 2, workers: 1 },
  // What is held in a COMMIT holds a connection, of which a node has ten: three such hits for each client, and
  // the others can still get one.
  hits: [
    plan('before-claim', behindTheCut),
    plan('at-claim'),
    plan('after-charge', withAnswersHeld),
    plan('at-settle'),
    plan('at-settle'),
    plan('after-charge', withAnswersHeld, 'give-up'),
  ],
  pace: 'together',
  faults: (drawn) => drawn.rounds.flatMap((round) => faultsOf(round, drawn)),
  rounds: 3,
  evidence: [
    'nothing-passed',
    'held-claim-commit',
    'held-settle-commit',
    'answers-were-held',
    paidDuring('partition'),
  ],
  control: true,
});

/**
 * Everybody to their place (in a COMMIT, or charged and not yet told); then the line goes dead; behind the
 * cut what was sent before it happens all the same; and the other node, or the worker, brings all of it to
 * an end while the first is still cut off.
 */
function faultsOf(round: number, { hit, random, part }: Drawn): PlannedFault[] {
  const of = (...stages: Stage[]) => hit(stages, round);
  const held = of('at-claim', 'at-settle').map(({ nonce: intent, customer, hit: stage }) =>
    planned(
      commitHeld,
      `held-${intent}`,
      customer,
      { intent, point: stage === 'at-claim' ? 'claim' : 'settle' },
      {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'on', fault: cutOf(round) },
      },
    ),
  );
  const answers = planned(
    answerHeld,
    answersOf(round),
    `payments@${CUT_NODE}`,
    {},
    {
      trigger: { at: 'all', of: held.map(({ id: fault }) => ({ at: 'on', fault })) },
      heal: { at: 'on', fault: cutOf(round) },
    },
  );
  const charged = of('after-charge').map(({ nonce: intent }): Moment => ({ at: 'charged', intent }));
  // In the control nobody finishes what its customer has given up.
  const finished = of('before-claim', 'at-claim', 'after-charge', 'at-settle').filter(
    ({ role }) => part === 'protected' || role !== 'give-up',
  );
  const afterwards = random.pick(['dropped', 'delivered'] as const);
  const cut = planned(
    partition,
    cutOf(round),
    `db@${CUT_NODE}`,
    { direction: 'both', afterwards },
    {
      trigger: { at: 'all', of: [{ at: 'on', fault: answersOf(round) }, ...charged] },
      heal: { at: 'all', of: finished.map(({ nonce: intent }) => ({ at: 'paid', intent })) },
    },
  );
  return [...held, answers, cut];
}
