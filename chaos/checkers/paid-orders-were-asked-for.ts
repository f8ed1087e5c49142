import { keyUsesOf } from '../history/attempts.ts';
import { linesText, sameLines } from './asked-lines.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex, groupBy, isCapture, paidOrders } from './intent-index.ts';

export const paidOrdersWereAskedFor: Checker = {
  name: 'paid-orders-were-asked-for',
  invariant:
    'A paid order equals, in checkout, lines, total and card, an attempt that did not end in definite failure.',
  check(history, { database, ledger, intents }) {
    const index = new IntentIndex(intents);
    const findings = new FindingList();
    const lines = groupBy(database.orderLines, (line) => line.orderId);
    const uses = groupBy(keyUsesOf(history), (use) => use.intent);
    const payments = new Map(database.payments.map((payment) => [payment.orderId, payment]));
    const captures = ledger.charges.filter(isCapture);
    let judged = 0;

    for (const order of paidOrders(database)) {
      const intent = index.ofEmail(order.email);
      // Whose order it is is another checker's question.
      if (intent === null) continue;
      judged += 1;
      const proof = { intent: intent.nonce, rows: [`orders/${order.orderId}`] };
      const stored = lines.get(order.orderId) ?? [];
      const sum = stored.reduce((total, line) => total + line.lineTotalMinor, 0);
      if (sum !== order.subtotalMinor || order.subtotalMinor + order.deliveryMinor !== order.totalMinor) {
        const message = `order ${order.orderId} says ${order.totalMinor}, its lines and delivery make ${sum + order.deliveryMinor}`;
        findings.add('order-does-not-add-up', message, proof);
      }
      const asked = uses.get(intent.nonce) ?? [];
      if (asked.length === 0) {
        findings.add(
          'order-without-attempt',
          `intent ${intent.nonce} never asked and has a paid order`,
          proof,
        );
        continue;
      }
      const payment = payments.get(order.orderId);
      const card = payment?.paymentMethod;
      const equal = asked.filter(
        ({ ask }) =>
          ask !== null &&
          ask.checkoutId === order.checkoutId &&
          ask.totalMinor === order.totalMinor &&
          ask.currency === order.currency &&
          ask.email === order.email &&
          ask.paymentMethod === card &&
          sameLines(ask, stored),
      );
      const events = asked.flatMap((use) => use.attempts.map((attempt) => attempt.invoke.index));
      if (equal.length === 0) {
        const message = `order ${order.orderId} (${linesText(stored)}; ${order.totalMinor}; ${card}) equals no attempt of its intent`;
        findings.add('order-equals-no-attempt', message, { ...proof, events });
      } else if (equal.every((use) => use.resolution === 'refused')) {
        const message = `order ${order.orderId} is paid, and the attempts that asked for it were refused for good`;
        findings.add('order-of-a-refused-attempt', message, { ...proof, events });
      }
      // What the order says isn't what was done: the provider knows which card it took the money from.
      const taken = captures.filter(({ paymentIntent }) => paymentIntent === payment?.paymentIntentId);
      if (
        equal.length > 0 &&
        taken.length > 0 &&
        !taken.some(({ paymentMethod }) => paymentMethod === card)
      ) {
        const cards = taken.map(({ paymentMethod }) => paymentMethod).join(', ');
        findings.add(
          'another-card-was-charged',
          `order ${order.orderId} names ${card}, and ${cards} paid it`,
          {
            ...proof,
            rows: [...proof.rows, ...taken.map(({ id }) => `charges/${id}`)],
          },
        );
      }
    }
    return { premise: judged, violations: findings.found };
  },
};
