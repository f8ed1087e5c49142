import { keyUsesOf } from '../history/attempts.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex, groupBy, paidOrders } from './intent-index.ts';
import { netByIntent } from './net-by-intent.ts';

export const definiteFailuresLeaveNothing: Checker = {
  name: 'definite-failures-leave-nothing',
  invariant:
    'Where all of an intent’s keys ended in definite failure, it has no paid order and the money is back.',
  check(history, { database, ledger, intents }) {
    const index = new IntentIndex(intents);
    const findings = new FindingList();
    const paid = groupBy(paidOrders(database), (order) => index.ofEmail(order.email)?.nonce ?? null);
    const net = netByIntent(ledger, index);
    let failed = 0;

    for (const [nonce, uses] of groupBy(keyUsesOf(history), (use) => use.intent)) {
      if (!uses.every((use) => use.resolution === 'refused')) continue;
      failed += 1;
      const events = uses.flatMap((use) =>
        use.attempts.flatMap((attempt) => attempt.completion?.index ?? []),
      );
      const orders = paid.get(nonce) ?? [];
      if (orders.length > 0) {
        findings.add(
          'paid-order-after-definite-failure',
          `intent ${nonce} was refused for good and has a paid order`,
          {
            intent: nonce,
            events,
            rows: orders.map((order) => `orders/${order.orderId}`),
          },
        );
      }
      const kept = net.get(nonce);
      if (kept !== undefined && kept.amount !== 0) {
        findings.add(
          'money-kept-after-definite-failure',
          `intent ${nonce} was refused for good and paid ${kept.amount}`,
          {
            intent: nonce,
            events,
            rows: kept.rows,
          },
        );
      }
    }
    return { premise: failed, violations: findings.found };
  },
};
