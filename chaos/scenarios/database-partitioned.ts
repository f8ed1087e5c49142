import type { PayEnd } from '../clients/shopper.ts';
import { answerHeld, partition } from '../faults/index.ts';
import type { Afterwards } from '../faults/index.ts';
import type { ExactPoint } from '../points/exact-points.ts';
import type { HitPlan, PlannedIntent } from '../run/schedule.ts';
import { streamOf } from '../run/schedule.ts';
import type { Run } from '../run/run.ts';
import { everyone, play, prepare, press } from '../run/workload.ts';
import { until, WaitedInVain } from '../topology/until.ts';
import { commitOfPaidOrder } from './sights.ts';
import type { ShopScenario } from './scenario.ts';

/** How far a purchase has come when its node loses the database. */
type Moment =
  /** Nothing was written. */
  | 'before-claim'
  /** COMMIT of the claim was sent: it happens, and the node never hears of it. */
  | 'at-claim'
  /** The card is charged, and nothing can be written down. */
  | 'after-charge'
  /** COMMIT of the settlement was sent: the order is paid, and the node never hears of it. */
  | 'at-settle';

/**
 * The node that is cut off. What is held in a COMMIT holds a connection, of which a node has ten: three
 * such hits for each client, and the others can still get one.
 *
 * The other node goes on, with the same database.
 */
const CUT_NODE = 'web-1';
const DATABASE = `db@${CUT_NODE}`;
const PAYMENTS = `payments@${CUT_NODE}`;

/** What passes at all passes in a few milliseconds. */
const CANARY_LIMIT_MS = 400;
const POINT_LIMIT_MS = 10_000;

/** A lease (5 s), the completer's look, a customer's pause: by then another node has taken over, or won't. */
const TAKEOVER_LIMIT_MS = 15_000;

const plan = (name: Moment, role: 'buy' | 'give-up' = 'buy'): HitPlan => ({
  name,
  role,
  node: 1,
  ownProduct: true,
});

/** A node loses the database in the middle of its work, in both directions, while another node keeps it. */
export const databasePartitioned: ShopScenario = {
  name: 'database-partitioned',
  title: 'one node loses the database in the middle of its work, in both directions, while another keeps it',
  topology: { webNodes: 2, workers: 1 },
  hits: [
    plan('before-claim'),
    plan('at-claim'),
    plan('after-charge'),
    plan('at-settle'),
    plan('at-settle'),
    plan('after-charge', 'give-up'),
  ],
  exercises: [
    'definite-failures-leave-nothing',
    'refusals-have-a-cause',
    'one-payload-per-key',
    'same-key-same-bytes',
    'orders-are-private',
  ],
  requiredEvidence: [
    'upstream-cut-with-work-open',
    'downstream-cut-with-work-open',
    'committed-behind-the-cut',
    'charged-before-the-cut',
    'paid-while-cut-off',
  ],
  control: true,

  async drive(run) {
    await play(run, run.unharmed);
    for (const round of run.rounds) await cutOff(run, round);
  },
};

async function cutOff(run: Run, round: readonly PlannedIntent[]): Promise<void> {
  const { topology } = run;
  const at = (...moments: Moment[]) => round.filter(({ hit }) => moments.some((each) => each === hit));
  const pressed: Promise<PayEnd>[] = [];
  const pressAll = (intents: readonly PlannedIntent[]) => {
    for (const intent of intents) {
      const paying = press(run, intent);
      paying.catch(() => undefined);
      pressed.push(paying);
    }
  };

  const points = new Map<string, ExactPoint>();
  for (const { nonce, email, hit } of at('at-claim', 'at-settle')) {
    points.set(nonce, await topology.points.arm(hit === 'at-claim' ? 'claim' : 'settle', email));
  }
  await prepare(run, round);
  await using canary = await topology.canary(DATABASE);

  // 1. Everybody to their place: in a COMMIT, or charged and not yet told.
  pressAll(at('at-claim', 'at-settle'));
  const held = await everyone(
    [...points].map(async ([nonce, point]) => ({ nonce, point, commit: await point.held(POINT_LIMIT_MS) })),
  );
  const answers = await topology.nemesis.inject(answerHeld(), PAYMENTS);
  const charged = at('after-charge');
  try {
    pressAll(charged);
    await everyone(charged.map(({ paymentMethod }) => topology.watch.charge(paymentMethod)));

    // 2. The line goes dead, and two of our own see in which directions.
    const afterwards = streamOf(run.schedule, `partition of round ${round[0]?.round}`).pick([
      'dropped',
      'delivered',
    ] as const satisfies Afterwards[]);
    const injected = await topology.nemesis.inject(partition(afterwards), DATABASE);
    try {
      const seeCut = (what: string) => {
        // Still under way now, and so the whole time: they were pressed before the cut.
        for (const intent of openAttempts(run, round)) run.evidence.seen(what, { target: DATABASE, intent });
      };
      if (await canary.downstreamIsCut(CANARY_LIMIT_MS)) seeCut('downstream-cut-with-work-open');
      if (await canary.upstreamIsCut(CANARY_LIMIT_MS)) seeCut('upstream-cut-with-work-open');
      for (const { nonce } of charged)
        run.evidence.seen('charged-before-the-cut', { target: PAYMENTS, intent: nonce });

      // 3. Behind the cut what was sent before it happens all the same.
      for (const { nonce, point, commit } of held) {
        await point.release();
        const { commitMs } = await topology.commitLog.awaitCommit(commit.xid, POINT_LIMIT_MS);
        if (commit.node !== CUT_NODE) continue;
        run.evidence.seen('committed-behind-the-cut', {
          target: DATABASE,
          intent: nonce,
          value: { xid: commit.xid, commitMs },
        });
      }
      await answers.heal();
      pressAll(at('before-claim'));

      // 4. The other node, or the worker, brings it to an end while the first is still cut off.
      await untilPaid(run, round);
    } finally {
      await injected.heal();
    }
  } finally {
    await answers.heal();
    for (const { point } of held) await point.release();
  }
  await everyone(pressed);
}

/** Intents that have an attempt under way. */
function openAttempts({ topology: { watch } }: Run, round: readonly PlannedIntent[]): string[] {
  return round
    .filter(({ nonce }) => watch.attempts(nonce).some(({ completion }) => completion === null))
    .map(({ nonce }) => nonce);
}

/** Waits until all are paid, or it takes too long; what was paid during the cut is evidence that the shop went on. */
async function untilPaid(run: Run, intents: readonly PlannedIntent[]): Promise<void> {
  const { commitLog } = run.topology;
  const isPaid = (intent: PlannedIntent) => commitOfPaidOrder(commitLog, intent) !== null;
  // In the control nobody finishes what its customer has given up.
  const hasFinisher = run.schedule.part === 'protected';
  const awaited = intents.filter(({ role }) => hasFinisher || role !== 'give-up');
  try {
    await until(() => awaited.every(isPaid), {
      what: 'all to be paid',
      limitMs: TAKEOVER_LIMIT_MS,
      pauseMs: 50,
    });
  } catch (error) {
    // What isn't finished now is after healing, or is a finding then.
    if (!(error instanceof WaitedInVain)) throw error;
  }
  for (const { nonce, hit } of intents.filter(isPaid)) {
    // Those held at the settlement were paid by the cut-off node itself.
    if (hit !== 'at-settle') run.evidence.seen('paid-while-cut-off', { target: DATABASE, intent: nonce });
  }
}
