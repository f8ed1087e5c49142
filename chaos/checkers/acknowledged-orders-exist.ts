import { acknowledgementsOf } from '../history/acknowledgements.ts';
import { keyUsesOf } from '../history/attempts.ts';
import { linesText, sameLines } from './asked-lines.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex, groupBy } from './intent-index.ts';

export const acknowledgedOrdersExist: Checker = {
  name: 'acknowledged-orders-exist',
  invariant:
    'An acknowledged order exists, paid, with the acknowledged id and total and the lines that were asked for.',
  check(history, { database, intents }) {
    const index = new IntentIndex(intents);
    const findings = new FindingList();
    const orders = new Map(database.orders.map((order) => [order.orderId, order]));
    const lines = groupBy(database.orderLines, (line) => line.orderId);
    const uses = groupBy(keyUsesOf(history), (use) => use.intent);
    const acknowledgements = acknowledgementsOf(history);

    for (const { event, order: told } of acknowledgements) {
      const nonce = event.intent;
      const order = orders.get(told.orderId);
      const proof = { intent: nonce, events: [event.index], rows: [`orders/${told.orderId}`] };
      if (order === undefined) {
        findings.add(
          'acknowledged-order-missing',
          `order ${told.orderId} was acknowledged and doesn't exist`,
          proof,
        );
        continue;
      }
      if (order.status !== 'paid') {
        const message = `order ${told.orderId} was acknowledged as paid and is ${order.status}`;
        findings.add('acknowledged-order-not-paid', message, proof);
      }
      if (order.totalMinor !== told.totalMinor || order.currency !== told.currency) {
        const message =
          `order ${told.orderId} was acknowledged over ${told.totalMinor} ${told.currency} ` +
          `and says ${order.totalMinor} ${order.currency}`;
        findings.add('acknowledged-total-differs', message, proof);
      }
      const owner = index.ofEmail(order.email)?.nonce ?? null;
      if (nonce !== null && owner !== nonce) {
        const message = `intent ${nonce} got the order of ${owner === null ? 'no intent' : `intent ${owner}`}`;
        findings.add('acknowledged-to-another-intent', message, proof);
        continue;
      }
      // A second key for the same checkout gets the order of the first: any ask of the intent may be it.
      const asks = (nonce === null ? [] : (uses.get(nonce) ?? [])).flatMap((use) => use.ask ?? []);
      const stored = lines.get(told.orderId) ?? [];
      if (asks.length > 0 && !asks.some((ask) => sameLines(ask, stored))) {
        const asked = asks.map((ask) => linesText(ask.lines)).join(' | ');
        const message = `order ${told.orderId} holds ${linesText(stored) || 'nothing'}; asked for was ${asked}`;
        findings.add('acknowledged-lines-differ', message, proof);
      }
    }
    return { premise: acknowledgements.length, violations: findings.found };
  },
};
