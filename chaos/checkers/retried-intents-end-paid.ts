import { pairsOf } from '../history/attempts.ts';
import { asPurchaseAsk } from '../history/value.ts';
import type { PlantedCause } from '../final-state.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { isGoodCard } from './card.ts';
import { IntentIndex, groupBy, paidOrders } from './intent-index.ts';
import { healedAtNs } from '../history/phases.ts';

/** What a retry with a good card makes good; everything else that was planted stays in the way. */
const CURED_BY_A_GOOD_CARD: ReadonlySet<PlantedCause> = new Set(['declining-card', 'insufficient-funds']);

export const retriedIntentsEndPaid: Checker = {
  name: 'retried-intents-end-paid',
  invariant:
    'An intent that is retried after healing with a good card and stock ends paid: refusing all is not safety.',
  check(history, { database, intents }) {
    const healedNs = healedAtNs(history);
    if (healedNs === null) throw new Error('the history has no healed phase');
    const index = new IntentIndex(intents);
    const findings = new FindingList();
    const paid = groupBy(paidOrders(database), (order) => index.ofEmail(order.email)?.nonce ?? null);
    const retried = groupBy(
      pairsOf(history, 'placeOrder').filter(({ invoke }) => invoke.monoNs >= healedNs),
      ({ invoke }) => invoke.intent,
    );
    let judged = 0;

    for (const [nonce, attempts] of retried) {
      const intent = index.get(nonce);
      if (intent === null) throw new Error(`the history speaks of intent ${nonce}, which was never minted`);
      if (!intent.planted.every((cause) => CURED_BY_A_GOOD_CARD.has(cause))) continue;
      const ask = asPurchaseAsk(attempts.at(-1)?.invoke.value);
      if (ask === null || !isGoodCard(ask.paymentMethod)) continue;
      // Whether it was truly gone is asked by refusals-have-a-cause.
      if (attempts.some(({ completion }) => completion?.errorClass === 'OUT_OF_STOCK')) continue;
      judged += 1;
      if (paid.has(nonce)) continue;
      const orders = database.orders.filter((order) => index.ofEmail(order.email)?.nonce === nonce);
      findings.add(
        'retried-intent-not-paid',
        `intent ${nonce} was retried after healing with a good card and isn't paid`,
        {
          intent: nonce,
          events: attempts.map((attempt) => attempt.invoke.index),
          rows: orders.map((order) => `orders/${order.orderId}`),
        },
      );
    }
    return { premise: judged, violations: findings.found };
  },
};
