import { customerOf } from '../history/event.ts';
import { pairsOf } from '../history/attempts.ts';
import { asOrderSeen, asOutcomeSeen } from '../history/value.ts';
import type { OrderSeen } from '../history/value.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex } from './intent-index.ts';

export const ordersArePrivate: Checker = {
  name: 'orders-are-private',
  invariant: 'Nobody sees an order that isn’t theirs, and no two customers are taken for one.',
  check(history, { database, intents }) {
    const index = new IntentIndex(intents);
    const findings = new FindingList();
    let looked = 0;

    // Who has somebody's key may ask with it, and must not be told.
    const orders = new Map(database.orders.map((order) => [order.orderId, order]));
    for (const { invoke, completion } of pairsOf(history, 'outcome')) {
      if (completion === null || completion.response === null) continue;
      const asker = customerOf(invoke.process);
      if (invoke.intent !== null && index.get(invoke.intent)?.customer !== asker) looked += 1;
      const told = completion.type === 'ok' ? asOutcomeSeen(completion.value)?.result : null;
      const owner = index.ofEmail(orders.get(told?.orderId ?? '')?.email ?? '');
      if (owner === null || owner.customer === asker) continue;
      findings.add('outcome-told-to-another', `${asker} was told what ${owner.customer} has bought`, {
        intent: owner.nonce,
        events: [invoke.index, completion.index],
        rows: [`orders/${told?.orderId}`],
      });
    }

    for (const { invoke, completion } of pairsOf(history)) {
      if (invoke.f !== 'readOrder' && invoke.f !== 'listOrders') continue;
      if (completion === null || completion.response === null) continue;
      const reader = customerOf(invoke.process);
      const about = invoke.intent === null ? null : index.get(invoke.intent);
      // To be shown one's own orders tests nothing; to ask for a stranger's does, and so does a list
      // while strangers have orders.
      const strangersHaveOrders = database.orders.some((order) => {
        const owner = index.ofEmail(order.email);
        return owner !== null && owner.customer !== reader;
      });
      if (invoke.f === 'listOrders' ? strangersHaveOrders : about !== null && about.customer !== reader)
        looked += 1;
      if (completion.type !== 'ok') continue;
      for (const order of ordersIn(completion.value)) {
        const owner = index.ofEmail(order.email);
        if (owner !== null && owner.customer === reader) continue;
        findings.add(
          'order-seen-by-another',
          `${reader} was shown order ${order.orderId} of ${owner?.customer ?? 'nobody known'}`,
          {
            intent: owner?.nonce,
            events: [invoke.index, completion.index],
            rows: [`orders/${order.orderId}`],
          },
        );
      }
    }

    // A shared session shows in the database: two of the harness's customers under one id.
    const customersOf = new Map<string, Set<string>>();
    for (const order of database.orders) {
      const owner = index.ofEmail(order.email);
      if (owner === null) continue;
      const customers = customersOf.get(order.customerId) ?? new Set();
      customersOf.set(order.customerId, customers.add(owner.customer));
    }
    for (const [id, customers] of customersOf) {
      if (customers.size < 2) continue;
      findings.add(
        'customers-taken-for-one',
        `${[...customers].join(' and ')} are one customer to the shop`,
        {
          rows: database.orders
            .filter((order) => order.customerId === id)
            .map((order) => `orders/${order.orderId}`),
        },
      );
    }
    return { premise: looked, violations: findings.found };
  },
};

function ordersIn(value: unknown): OrderSeen[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    const order = asOrderSeen(item);
    if (order === null) throw new Error('an order was recorded as read without an accepted body');
    return order;
  });
}
