import { answerCut, answerLost } from '../faults/index.ts';
import type { Fault } from '../faults/index.ts';
import type { Run } from '../run/run.ts';
import { play } from '../run/workload.ts';
import type { Hit } from '../run/workload.ts';
import { commitOfPaidOrder } from './sights.ts';
import type { ShopScenario } from './scenario.ts';

/** Into the status line and no further: the client reads 200, and then nothing. */
const CUT_AFTER_BYTES = 30;

const FAULTS: Readonly<Record<string, Fault>> = { lost: answerLost(), cut: answerCut(CUT_AFTER_BYTES) };

/** The order is paid, and the answer that says so never reaches the customer. */
export const answerLostAtEdge: ShopScenario = {
  name: 'answer-lost-at-edge',
  title: 'the order is paid, and the answer that says so is lost on its way to the customer',
  topology: { webNodes: 1, workers: 1 },
  hits: [
    { name: 'lost' },
    { name: 'lost' },
    { name: 'lost' },
    { name: 'cut' },
    { name: 'lost', role: 'give-up' },
    { name: 'cut', role: 'give-up' },
  ],
  exercises: [
    'definite-failures-leave-nothing',
    'refusals-have-a-cause',
    'one-payload-per-key',
    'same-key-same-bytes',
    'orders-are-private',
  ],
  requiredEvidence: ['answer-lost-after-commit'],
  control: true,

  async drive(run) {
    await play(run, run.workload, loseAnswer(run));
    await gatherEvidence(run);
  },
};

function loseAnswer({ topology: { nemesis, watch } }: Run): Hit {
  return async (intent, pay) => {
    const link = `edge@web-${intent.homeNode}`;
    const fault = FAULTS[intent.hit ?? ''];
    if (fault === undefined) throw new Error(`no such hit: ${intent.hit}`);
    let paying: ReturnType<typeof pay> | undefined;
    await nemesis.alone(link, async () => {
      paying = pay();
      // Its failure is the caller's to see, once we have healed.
      paying.catch(() => undefined);
      // The node has the whole request: from here on it's about the answer alone.
      await watch.arrival(intent.nonce);
      const injected = await nemesis.inject(fault, link, intent.nonce);
      await watch.attemptEnd(intent.nonce).finally(() => injected.heal());
    });
    return paying ?? pay();
  };
}

/**
 * Lost after the commit: the commit that made the order paid lies between an attempt's invoke and its
 * error, the node began to answer, and the client holds no complete body. Looked for in every attempt: a
 * fault on an edge hits whoever is there.
 */
async function gatherEvidence({ topology, clock, schedule, evidence }: Run): Promise<void> {
  await topology.commitLog.catchUp();
  const answered = topology.arrivals.filter(({ answeredNs }) => answeredNs !== null);
  for (const intent of schedule.intents) {
    const commit = commitOfPaidOrder(topology.commitLog, intent);
    if (commit === null) continue;
    for (const { invoke, completion } of topology.watch.attempts(intent.nonce)) {
      if (completion?.type !== 'info' || completion.response !== null) continue;
      const lies =
        clock.wallMs(invoke.monoNs) < commit.commitMs && commit.commitMs < clock.wallMs(completion.monoNs);
      const wasAnswered = answered.some(
        ({ key, headNs }) => key === invoke.key && headNs > invoke.monoNs && headNs < completion.monoNs,
      );
      if (!lies || !wasAnswered) continue;
      const value = { commitLsn: commit.lsn, invoke: invoke.index, error: completion.index };
      evidence.seen('answer-lost-after-commit', { intent: intent.nonce, value });
    }
  }
}
