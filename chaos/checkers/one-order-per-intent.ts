import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex, groupBy, paidOrders } from './intent-index.ts';

export const oneOrderPerIntent: Checker = {
  name: 'one-order-per-intent',
  invariant:
    'An intent has at most one paid order, and every order and payment belongs to exactly one intent.',
  check(_history, { database, intents }) {
    const index = new IntentIndex(intents);
    const findings = new FindingList();

    for (const order of database.orders) {
      if (index.ofEmail(order.email) === null) {
        findings.add(
          'order-of-unknown-intent',
          `order ${order.orderId} belongs to nothing that the harness meant to buy`,
          {
            rows: [`orders/${order.orderId}`],
          },
        );
      }
    }

    const orders = new Map(database.orders.map((order) => [order.orderId, order]));
    for (const payment of database.payments) {
      const intent = index.ofPaymentMethod(payment.paymentMethod);
      const rows = [`payment/${payment.paymentId}`, `orders/${payment.orderId}`];
      if (intent === null) {
        const message = `payment ${payment.paymentId} belongs to nothing that the harness meant to buy`;
        findings.add('payment-of-unknown-intent', message, { rows });
        continue;
      }
      const owner = index.ofEmail(orders.get(payment.orderId)?.email ?? '');
      if (owner !== null && owner.nonce !== intent.nonce) {
        const message = `payment ${payment.paymentId} of intent ${intent.nonce} pays the order of intent ${owner.nonce}`;
        findings.add('payment-of-another-intent', message, { intent: intent.nonce, rows });
      }
    }

    const paid = groupBy(paidOrders(database), (order) => index.ofEmail(order.email)?.nonce ?? null);
    for (const [nonce, bought] of paid) {
      if (bought.length < 2) continue;
      findings.add('second-paid-order', `intent ${nonce} has ${bought.length} paid orders`, {
        intent: nonce,
        rows: bought.map((order) => `orders/${order.orderId}`),
      });
    }
    return { premise: paid.size, violations: findings.found };
  },
};
