import { latency } from '../faults/index.ts';
import type { Injected } from '../faults/index.ts';
import type { PayEnd } from '../clients/shopper.ts';
import { RUN_LIMITS } from '../run/limits.ts';
import type { Run } from '../run/run.ts';
import type { PlannedIntent } from '../run/schedule.ts';
import { everyone, play, prepare, press } from '../run/workload.ts';
import { until } from '../topology/until.ts';
import { commitOfPaidOrder } from './sights.ts';
import type { ShopScenario } from './scenario.ts';

/**
 * On every round trip of two dozen: a purchase takes longer than a customer waits (4 s), and each of its
 * two transactions still less than the shop allows one (8 s).
 */
const DELAY_MS = 300;

/** Nearly all of the delay, for a timer may fire a little early. */
const DELAY_SEEN_MS = 0.95 * DELAY_MS;
const CANARY_LIMIT_MS = 5_000;

/** Every answer of the database comes late, so that customers ask again while their first attempt still works. */
export const slowDatabase: ShopScenario = {
  name: 'slow-database',
  title: 'the database answers late, so that customers ask again while their first attempt is still at work',
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'slow' },
    { name: 'slow' },
    { name: 'slow' },
    { name: 'slow', role: 'give-up' },
    { name: 'slow', role: 'give-up' },
  ],
  exercises: [
    'definite-failures-leave-nothing',
    'refusals-have-a-cause',
    'one-payload-per-key',
    'same-key-same-bytes',
    'orders-are-private',
  ],
  requiredEvidence: ['canary-delayed', 'committed-after-client-gave-up'],
  control: true,

  async drive(run) {
    await play(run, run.unharmed);
    for (const round of run.rounds) {
      await prepare(run, round);
      const presses: Promise<PayEnd>[] = [];
      await slowly(run, async () => {
        const asked = round.map((intent) => {
          const pressed = press(run, intent);
          presses.push(pressed);
          return askedTwice(run, intent, pressed);
        });
        // While their first attempts are open.
        await everyone([seeDelay(run), ...asked]);
      });
      await everyone(presses);
      await gatherEvidence(run, round);
    }
  },
};

/** Waits until a customer has asked a second time and has seen what comes of that, or is done before. */
async function askedTwice(
  { topology: { watch } }: Run,
  { nonce }: PlannedIntent,
  pressed: Promise<PayEnd>,
): Promise<void> {
  let isDone = false;
  void Promise.allSettled([pressed]).then(() => (isDone = true));
  await until(
    () => isDone || watch.attempts(nonce).filter(({ completion }) => completion !== null).length >= 2,
    {
      what: `${nonce} to ask twice`,
      limitMs: RUN_LIMITS.callMs,
    },
  );
}

/** Makes the database of every web node slow for as long as `work` takes. */
async function slowly(run: Run, work: () => Promise<void>): Promise<void> {
  const injected: Injected[] = [];
  try {
    for (const { name } of run.topology.stack.web) {
      injected.push(await run.topology.nemesis.inject(latency(DELAY_MS), `db@${name}`));
    }
    await work();
  } finally {
    for (const each of injected) await each.heal();
  }
}

/** Nobody waits in the dark: on each link a query of our own takes as much longer as it should. */
async function seeDelay({ topology, evidence }: Run): Promise<void> {
  for (const { name } of topology.stack.web) {
    await using canary = await topology.canary(`db@${name}`);
    const delayMs = await canary.delayMs(CANARY_LIMIT_MS);
    if (delayMs === null || delayMs < DELAY_SEEN_MS) continue;
    evidence.seen('canary-delayed', { target: `db@${name}`, value: { delayMs: Math.round(delayMs) } });
  }
}

/** The first attempt paid, and its client had given up before: whoever asks again now asks for a second order. */
async function gatherEvidence(
  { topology, clock, evidence }: Run,
  hit: readonly { nonce: string; email: string }[],
): Promise<void> {
  await topology.commitLog.catchUp();
  for (const intent of hit) {
    const commit = commitOfPaidOrder(topology.commitLog, intent);
    const [first] = topology.watch.attempts(intent.nonce);
    if (commit === null || first?.completion?.errorClass !== 'timeout') continue;
    if (clock.wallMs(first.completion.monoNs) >= commit.commitMs) continue;
    const value = { commitLsn: commit.lsn, gaveUp: first.completion.index };
    evidence.seen('committed-after-client-gave-up', { intent: intent.nonce, value });
  }
}
