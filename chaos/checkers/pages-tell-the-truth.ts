import type { FinalState } from '../final-state.ts';
import { pairsOf } from '../history/attempts.ts';
import type { HistoryEvent, OperationEvent } from '../history/event.ts';
import { wallClockMs } from '../history/phases.ts';
import { asPageSeen } from '../history/value.ts';
import type { PageSeen } from '../history/value.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex, groupBy, isCapture, paidOrders } from './intent-index.ts';

/** The history's clock and the database's are one machine's; what lies between them is rounding. */
const CLOCKS_DIFFER_MS = 5;

/** What a page said to its customer, and when. */
interface Statement {
  event: OperationEvent;
  seen: PageSeen;
  intent: string;
}

export const pagesTellTheTruth: Checker = {
  name: 'pages-tell-the-truth',
  invariant:
    'A page that says paid means an order that is paid by then; one that says not charged stays right; one that doesn’t know offers no new payment; and after settling page and books agree.',
  check(history, state) {
    const findings = new FindingList();
    const statements = statementsOf(history);
    for (const statement of statements) {
      const { event, seen, intent } = statement;
      const proof = { intent, events: [event.index] };
      if (seen.offersPayment && (seen.says === 'paying' || seen.says === 'unknown' || seen.says === 'paid'))
        findings.add('offers-a-second-payment', `the page says ${seen.says} and offers to pay`, proof);
      if (seen.says === 'paid') checkPaid(statement, history, state, findings);
      if (seen.says === 'refused') checkNotCharged(statement, history, state, findings);
      if (seen.orders !== null) checkOrders(statement, state, findings);
    }
    return {
      premise: statements.filter(({ seen }) => seen.says !== 'idle' || seen.orders !== null).length,
      violations: findings.found,
    };
  },
};

function statementsOf(history: readonly HistoryEvent[]): Statement[] {
  return pairsOf(history, 'page').flatMap(({ completion }) => {
    if (completion?.type !== 'ok') return [];
    const seen = asPageSeen(completion.value);
    if (seen === null || completion.intent === null)
      throw new Error(`event ${completion.index} is no statement of a page`);
    return [{ event: completion, seen, intent: completion.intent }];
  });
}

/** The order that the page thanks for was paid, by a commit, before the page said so. */
function checkPaid(
  { event, seen, intent }: Statement,
  history: readonly HistoryEvent[],
  { database, commitLog, intents }: FinalState,
  findings: FindingList,
): void {
  const index = new IntentIndex(intents);
  // A page that is about to show the order names none yet.
  const order = database.orders.find(({ orderId, email, status }) =>
    seen.orderId === null
      ? index.ofEmail(email)?.nonce === intent && status === 'paid'
      : orderId === seen.orderId,
  );
  const proof = {
    intent,
    events: [event.index],
    rows: order === undefined ? [] : [`orders/${order.orderId}`],
  };
  if (order === undefined || order.status !== 'paid') {
    const is = order === undefined ? 'no order' : order.status;
    findings.add('says-paid-and-it-is-not', `the page says paid, and there is ${is}`, proof);
    return;
  }
  if (index.ofEmail(order.email)?.nonce !== intent) {
    findings.add('says-paid-of-another', 'the page thanks for somebody else’s order', proof);
    return;
  }
  const paid = commitLog.find(
    ({ table, new: row }) =>
      table === 'orders' && row?.['order_id'] === order.orderId && row?.['status'] === 'paid',
  );
  if (paid === undefined) throw new Error(`the commit log doesn't have the payment of ${order.orderId}`);
  const saidMs = wallClockMs(history, event.monoNs);
  if (paid.commitMs > saidMs + CLOCKS_DIFFER_MS)
    findings.add(
      'says-paid-too-early',
      `the page said paid ${(paid.commitMs - saidMs).toFixed(0)} ms before it was`,
      { ...proof, rows: [...proof.rows, `commit/${paid.lsn}`] },
    );
}

/** 'Nothing was charged' was true when it was said, and only a new payment can change it. */
function checkNotCharged(
  { event, intent }: Statement,
  history: readonly HistoryEvent[],
  { database, ledger, intents }: FinalState,
  findings: FindingList,
): void {
  const index = new IntentIndex(intents);
  const captures = ledger.charges.filter(
    (charge) => isCapture(charge) && index.ofPaymentMethod(charge.paymentMethod)?.nonce === intent,
  );
  const saidMs = wallClockMs(history, event.monoNs);
  const rows = captures.map(({ id }) => `charges/${id}`);
  const before = captures.filter(({ createdMs }) => createdMs <= saidMs);
  if (before.length > 0) {
    findings.add('says-not-charged-and-it-is', 'the page says that nothing was charged, and it had been', {
      intent,
      events: [event.index],
      rows,
    });
    return;
  }
  const attempts = pairsOf(history, 'placeOrder').filter(({ invoke }) => invoke.intent === intent);
  const known = new Set(
    attempts.filter(({ invoke }) => invoke.index < event.index).map(({ invoke }) => invoke.key),
  );
  const paidAnew = attempts.some(({ invoke }) => invoke.index > event.index && !known.has(invoke.key));
  const paid = paidOrders(database).filter(({ email }) => index.ofEmail(email)?.nonce === intent);
  if (!paidAnew && (captures.length > 0 || paid.length > 0))
    findings.add(
      'charged-after-all',
      'the page said that nothing was charged, and then it was, without a new payment',
      { intent, events: [event.index], rows: [...rows, ...paid.map(({ orderId }) => `orders/${orderId}`)] },
    );
}

/** The list of orders, looked at once all is settled, is what the books say. */
function checkOrders(
  { event, seen, intent }: Statement,
  { database, intents }: FinalState,
  findings: FindingList,
) {
  const index = new IntentIndex(intents);
  const booked =
    groupBy(database.orders, ({ email }) => index.ofEmail(email)?.nonce ?? null).get(intent) ?? [];
  const text = (orders: readonly { orderId: string; status: string }[]) =>
    orders
      .map(({ orderId, status }) => `${orderId} ${status}`)
      .toSorted()
      .join(', ');
  const [shown, stored] = [text(seen.orders ?? []), text(booked)];
  if (shown !== stored)
    findings.add(
      'page-and-books-differ',
      `the page shows ${shown || 'nothing'}, stored is ${stored || 'nothing'}`,
      {
        intent,
        events: [event.index],
        rows: booked.map(({ orderId }) => `orders/${orderId}`),
      },
    );
}
