import type { Intent, PlantedCause } from '../final-state.ts';
import { isFinalRefusal, ownKeyOf, pairsOf } from '../history/attempts.ts';
import type { Pair } from '../history/attempts.ts';
import { asPurchaseAsk } from '../history/value.ts';
import type { PurchaseAsk } from '../history/value.ts';
import type { HistoryEvent } from '../history/event.ts';
import { wallClockMs } from '../history/phases.ts';
import { behaviourOf } from './card.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex, groupBy } from './intent-index.ts';
import { StockTimeline } from './stock-timeline.ts';

interface Refusal {
  pair: Pair;
  ask: PurchaseAsk | null;
  intent: Intent | null;
  /** All of the customer's attempts with this key, this one among them. */
  sameKey: Pair[];
  history: readonly HistoryEvent[];
  stock: StockTimeline;
}

type Cause = (refusal: Refusal) => boolean;

const planted =
  (...causes: PlantedCause[]): Cause =>
  ({ intent }) =>
    causes.some((cause) => intent?.planted.includes(cause));

/** Which facts of the harness justify which refusal. A code without a row is never justified. */
const CAUSES: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ['CARD_DECLINED', ({ ask }) => ask !== null && behaviourOf(ask.paymentMethod) === 'declining-card'],
  [
    'INSUFFICIENT_FUNDS',
    ({ ask }) => ask !== null && behaviourOf(ask.paymentMethod) === 'insufficient-funds',
  ],
  ['OUT_OF_STOCK', stockWasTrulyGone],
  ['IDEMPOTENCY_KEY_REUSED', anotherPayloadCameFirst],
  ['OPERATION_CLOSED', keyWasClosed],
  ['IDEMPOTENCY_KEY_MISSING', ({ pair }) => pair.invoke.key === null],
  ['IDEMPOTENCY_KEY_MALFORMED', planted('malformed-key')],
  ['BAD_INPUT', planted('bad-payload')],
  ['CHECKOUT_CHANGED', planted('changed-checkout')],
  ['CHECKOUT_INCOMPLETE', planted('incomplete-checkout')],
  ['PAYMENT_NOT_PREPARED', planted('unprepared-payment')],
  ['PAYMENT_CANCELLED', planted('cancelled-payment')],
  ['CHECKOUT_NOT_FOUND', planted('foreign-checkout')],
  ['NOT_FOUND', planted('foreign-checkout')],
  ['UNAUTHENTICATED', planted('no-cookie')],
]);

export const refusalsHaveACause: Checker = {
  name: 'refusals-have-a-cause',
  invariant:
    'A definite refusal has a cause that the harness planted: a bad card, a bad payload, stock truly gone.',
  check(history, state) {
    const index = new IntentIndex(state.intents);
    const findings = new FindingList();
    const stock = new StockTimeline(state);
    const attempts = pairsOf(history, 'placeOrder');
    const byKey = groupBy(attempts, ({ invoke }) => ownKeyOf(invoke));
    let refusals = 0;

    for (const pair of attempts) {
      const { invoke, completion } = pair;
      if (completion === null || completion.response === null || completion.errorClass === null) continue;
      if (!isFinalRefusal(completion) && completion.type !== 'fail') continue;
      refusals += 1;
      const code = completion.errorClass;
      const justified = CAUSES.get(code)?.({
        pair,
        ask: asPurchaseAsk(invoke.value),
        intent: invoke.intent === null ? null : index.get(invoke.intent),
        sameKey: byKey.get(ownKeyOf(invoke) ?? '') ?? [pair],
        history,
        stock,
      });
      if (justified === true) continue;
      findings.add(
        'refusal-without-cause',
        `intent ${invoke.intent} was refused with ${code}, and nothing was planted for it`,
        {
          intent: invoke.intent,
          events: [invoke.index, completion.index],
        },
      );
    }
    return { premise: refusals, violations: findings.found };
  },
};

/** The refusal may be a replay: it was true if the stock was short at any time since the key was first used. */
function stockWasTrulyGone({ pair, ask, sameKey, history, stock }: Refusal): boolean {
  if (ask === null || pair.completion === null) return false;
  const first = Math.min(...sameKey.map(({ invoke }) => invoke.monoNs));
  const from = wallClockMs(history, first);
  const until = wallClockMs(history, pair.completion.monoNs);
  return ask.lines.some((line) => stock.lowestBetween(line.sku, from, until) < line.quantity);
}

function anotherPayloadCameFirst({ pair, sameKey }: Refusal): boolean {
  return sameKey.some(
    ({ invoke }) =>
      invoke.payloadHash !== pair.invoke.payloadHash &&
      pair.completion !== null &&
      invoke.index < pair.completion.index,
  );
}

function keyWasClosed({ pair, history }: Refusal): boolean {
  return pairsOf(history, 'close').some(
    ({ invoke }) =>
      ownKeyOf(invoke) === ownKeyOf(pair.invoke) &&
      pair.completion !== null &&
      invoke.index < pair.completion.index,
  );
}
