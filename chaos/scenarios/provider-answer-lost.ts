import { answerHeld, answerLost, reset } from '../faults/index.ts';
import type { Fault } from '../faults/index.ts';
import type { PlannedIntent } from '../run/schedule.ts';
import type { Run } from '../run/run.ts';
import { play } from '../run/workload.ts';
import type { Hit } from '../run/workload.ts';
import { until, WaitedInVain } from '../topology/until.ts';
import { commitOfPaidOrder } from './sights.ts';
import type { ShopScenario } from './scenario.ts';

const FAULTS: Readonly<Record<string, Fault>> = { lost: answerLost(), reset: reset(), held: answerHeld() };

/** Toxiproxy counts a connection's bytes when it ends. */
const COUNT_LIMIT_MS = 1_000;

/** The card is charged, and the shop never hears of it, or hears of it when nobody waits any more. */
export const providerAnswerLost: ShopScenario = {
  name: 'provider-answer-lost',
  title:
    'the provider charges the card, and its answer is lost, reset, or held until the customer has given up',
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
  exercises: [
    'definite-failures-leave-nothing',
    'refusals-have-a-cause',
    'one-payload-per-key',
    'same-key-same-bytes',
    'orders-are-private',
  ],
  requiredEvidence: ['charged-and-answer-lost', 'charged-and-answer-late'],
  control: true,

  async drive(run) {
    await play(run, run.workload, loseProvidersAnswer(run));
  },
};

function loseProvidersAnswer(run: Run): Hit {
  const { nemesis, watch } = run.topology;
  return async (intent, pay) => {
    const link = `payments@web-${intent.homeNode}`;
    const fault = FAULTS[intent.hit ?? ''];
    if (fault === undefined) throw new Error(`no such hit: ${intent.hit}`);
    let paying: ReturnType<typeof pay> | undefined;
    await nemesis.alone(link, async () => {
      const before = await lostBytes(run, link);
      paying = pay();
      paying.catch(() => undefined);
      // The order must be reserved before the card is charged: there is time for a toxic.
      await watch.arrival(intent.nonce);
      const injected = await nemesis.inject(fault, link, intent.nonce);
      try {
        const charge = await watch.charge(intent.paymentMethod);
        // The first attempt ends for want of the provider's answer: told so, or timed out.
        const { completion } = await watch.attemptEnd(intent.nonce);
        if (completion?.type !== 'info') return;
        await run.topology.commitLog.catchUp();
        if (commitOfPaidOrder(run.topology.commitLog, intent) !== null) return;
        const value = { chargedMs: charge.createdMs, error: completion.index };
        if (intent.hit === 'held')
          run.evidence.seen('charged-and-answer-late', { target: link, intent: intent.nonce, value });
        else await seeBytesLost(run, { link, intent, before, value });
      } finally {
        await injected.heal();
      }
    });
    return paying ?? pay();
  };
}

/** The provider's bytes went into the proxy and didn't come out: it answered, and nobody got it. */
async function seeBytesLost(
  run: Run,
  { link, intent, before, value }: { link: string; intent: PlannedIntent; before: number; value: object },
): Promise<void> {
  try {
    const now = await until(
      async () => {
        const lost = await lostBytes(run, link);
        return lost > before ? lost : null;
      },
      { what: 'bytes to be lost', limitMs: COUNT_LIMIT_MS },
    );
    const lostBytesOfLink = now - before;
    run.evidence.seen('charged-and-answer-lost', {
      target: link,
      intent: intent.nonce,
      value: { ...value, lostBytesOfLink },
    });
  } catch (error) {
    if (!(error instanceof WaitedInVain)) throw error;
  }
}

async function lostBytes({ topology: { toxiproxy, stack } }: Run, link: string): Promise<number> {
  const proxy = stack.links.get(link)?.proxy;
  if (proxy === undefined) throw new Error(`There is no link ${link}.`);
  const { received, sent } = await toxiproxy.bytes(proxy, 'downstream');
  return received - sent;
}
