import { customerOf, isOperation } from '../history/event.ts';
import { healedAtNs } from '../history/phases.ts';
import { append, captureOf, must, rowWhere, victimOf, victimsOf } from './planting.ts';
import type { Planting, RunCopy, Victim } from './planting.ts';

/** What an acknowledged, paid order looks like once more under other ids. */
const COPY_ORDER = [
  `INSERT INTO orders SELECT (o).* FROM (
     SELECT jsonb_populate_record(o, jsonb_build_object('order_id', 'planted', 'operation_id', 'op_planted')) AS o
       FROM orders o WHERE o.order_id = $1) copied`,
  `INSERT INTO order_line SELECT (l).* FROM (
     SELECT jsonb_populate_record(l, '{"order_id": "planted"}') AS l FROM order_line l WHERE l.order_id = $1) copied`,
  `INSERT INTO payment SELECT (p).* FROM (
     SELECT jsonb_populate_record(p, '{"order_id": "planted", "payment_id": "planted"}') AS p
       FROM payment p WHERE p.order_id = $1) copied`,
];

/**
 * Every violation that is put into a copy of a green run's final state. Where a violation leaves no
 * trace in tables or ledger (bytes of an answer, a status that came back) it is put into the history
 * or the commit log, which are as much a part of what the checkers read.
 */
export const PLANTINGS: readonly Planting[] = [
  {
    name: 'an order is paid twice',
    checker: 'one-order-per-intent',
    kind: 'second-paid-order',
    plant: async (copy) => {
      for (const sql of COPY_ORDER) await copy.database.query(sql, [victimOf(copy).order.orderId]);
    },
  },
  {
    name: 'an order that nobody meant to make',
    checker: 'one-order-per-intent',
    kind: 'order-of-unknown-intent',
    plant: async (copy) => {
      for (const sql of COPY_ORDER) await copy.database.query(sql, [victimOf(copy).order.orderId]);
      await copy.database.query(`UPDATE orders SET email = 'nobody@example.com' WHERE order_id = 'planted'`);
    },
  },
  {
    name: 'a payment with a card of nobody',
    checker: 'one-order-per-intent',
    kind: 'payment-of-unknown-intent',
    plant: changeVictim(`UPDATE payment SET payment_method = 'pm_card_visa' WHERE order_id = $1`),
  },
  {
    name: 'a second charge',
    checker: 'one-capture-per-intent',
    kind: 'second-capture',
    plant: (copy) => {
      const charge = captureOf(copy, victimOf(copy));
      copy.ledger['/sandbox/ledger'].charges.push({ ...charge, id: 'ch_planted' });
    },
  },
  {
    name: 'a second charge, refunded',
    checker: 'one-capture-per-intent',
    kind: 'second-capture',
    plant: (copy) => {
      const { charges, refunds } = copy.ledger['/sandbox/ledger'];
      const charge = captureOf(copy, victimOf(copy));
      charges.push({ ...charge, id: 'ch_planted' });
      refunds.push(refundOf(charge));
    },
  },
  {
    name: 'a charge of nobody',
    checker: 'one-capture-per-intent',
    kind: 'charge-of-unknown-intent',
    plant: (copy) => {
      captureOf(copy, victimOf(copy))['payment_method'] = 'pm_card_visa';
    },
  },
  {
    name: 'a page says that nothing was charged',
    checker: 'pages-tell-the-truth',
    kind: 'says-not-charged-and-it-is',
    plant: (copy) => {
      const { nonce, invoke } = victimOf(copy);
      const says = { page: '/checkout', says: 'refused', orderId: null, offersPayment: true, orders: null };
      const page = { f: 'page', intent: nonce, key: null, attempt: null, value: null } as const;
      append(copy.history, invoke, page, { type: 'ok', value: says, response: null });
    },
  },
  {
    name: 'an acknowledged order is gone',
    checker: 'acknowledged-orders-exist',
    kind: 'acknowledged-order-missing',
    plant: changeVictim('DELETE FROM orders WHERE order_id = $1'),
  },
  {
    name: 'an acknowledged order failed',
    checker: 'acknowledged-orders-exist',
    kind: 'acknowledged-order-not-paid',
    plant: changeVictim(`UPDATE orders SET status = 'failed' WHERE order_id = $1`),
  },
  {
    name: 'an acknowledged total changed',
    checker: 'acknowledged-orders-exist',
    kind: 'acknowledged-total-differs',
    plant: changeVictim(
      `UPDATE orders SET subtotal_minor = subtotal_minor + 1, total_minor = total_minor + 1 WHERE order_id = $1`,
    ),
  },
  {
    name: 'an acknowledged line changed',
    checker: 'acknowledged-orders-exist',
    kind: 'acknowledged-lines-differ',
    plant: changeVictim(`UPDATE order_line SET quantity = quantity + 1 WHERE order_id = $1`),
  },
  {
    name: 'an acknowledged order belongs to another',
    checker: 'acknowledged-orders-exist',
    kind: 'acknowledged-to-another-intent',
    plant: async (copy) => {
      const [one, other] = twoCustomers(copy);
      const values = [one.order.orderId, other.order.email];
      await copy.database.query('UPDATE orders SET email = $2 WHERE order_id = $1', values);
    },
  },
  {
    name: 'a complete answer without an order',
    checker: 'answers-are-well-formed',
    kind: 'bad-body',
    plant: (copy) => {
      append(
        copy.history,
        victimOf(copy).invoke,
        {},
        { ...victimOf(copy).ok, type: 'info', errorClass: 'bad_body' },
      );
    },
  },
  {
    name: 'a refusal of what was bought',
    checker: 'definite-failures-leave-nothing',
    kind: 'paid-order-after-definite-failure',
    plant: refuseVictim,
  },
  {
    name: 'money kept after a refusal',
    checker: 'definite-failures-leave-nothing',
    kind: 'money-kept-after-definite-failure',
    plant: refuseVictim,
  },
  {
    name: 'the order of another checkout',
    checker: 'paid-orders-were-asked-for',
    kind: 'order-equals-no-attempt',
    plant: changeVictim(`UPDATE orders SET checkout_id = 'planted' WHERE order_id = $1`),
  },
  {
    name: 'the money of another card',
    checker: 'paid-orders-were-asked-for',
    kind: 'another-card-was-charged',
    plant: (copy) => {
      const { id } = captureOf(copy, victimOf(copy));
      for (const charge of copy.ledger['/sandbox/ledger'].charges)
        if (charge['id'] === id) charge['payment_method'] = `pm_card_planted_${victimOf(copy).nonce}`;
    },
  },
  {
    name: 'an order that does not add up',
    checker: 'paid-orders-were-asked-for',
    kind: 'order-does-not-add-up',
    plant: changeVictim('UPDATE orders SET delivery_minor = delivery_minor + 1 WHERE order_id = $1'),
  },
  {
    name: 'a decline of a good card',
    checker: 'refusals-have-a-cause',
    kind: 'refusal-without-cause',
    plant: refuseVictim,
  },
  {
    name: 'a retried intent that stays unpaid',
    checker: 'retried-intents-end-paid',
    kind: 'retried-intent-not-paid',
    plant: async (copy) => {
      const healedNs = healedAtNs(copy.history) ?? Number.POSITIVE_INFINITY;
      const retried = must(
        victimsOf(copy).find(
          ({ nonce }) =>
            // One in whose way nothing else stands: a reused key, say, would excuse it.
            copy.original.intents.some((intent) => intent.nonce === nonce && intent.planted.length === 0) &&
            copy.history.some(
              (event) =>
                isOperation(event) &&
                event.type === 'invoke' &&
                event.f === 'placeOrder' &&
                event.intent === nonce &&
                event.monoNs >= healedNs,
            ),
        ),
        'no purchase that was retried after healing',
      );
      await copy.database.query(`UPDATE orders SET status = 'failed' WHERE order_id = $1`, [
        retried.order.orderId,
      ]);
    },
  },
  {
    name: 'a call that took too long',
    checker: 'calls-end-in-time',
    kind: 'call-took-too-long',
    plant: (copy) => {
      const { invoke, ok } = victimOf(copy);
      const found = copy.history[ok.index];
      if (found !== undefined) {
        found.monoNs = invoke.monoNs + Math.ceil((copy.original.facts.limits.attemptMs + 1) * 1e6);
      }
    },
  },
  {
    name: 'one attempt too many',
    checker: 'attempts-stay-in-budget',
    kind: 'too-many-attempts',
    plant: (copy) => {
      const { invoke } = victimOf(copy, (victim) => victim.invoke.call !== null);
      for (let sent = 0; sent < copy.original.facts.limits.attemptsPerCall; sent += 1) {
        append(copy.history, invoke, {}, { type: 'info', errorClass: 'network' });
      }
    },
  },
  {
    name: 'a key accepted with another payload',
    checker: 'one-payload-per-key',
    kind: 'key-accepted-with-two-payloads',
    plant: (copy) => {
      const { invoke, ok } = victimOf(copy);
      append(copy.history, invoke, { payloadHash: 'planted' }, { ...ok, payloadHash: 'planted' });
    },
  },
  {
    name: 'a replay with other bytes',
    checker: 'same-key-same-bytes',
    kind: 'answers-differ',
    plant: (copy) => {
      const { invoke, ok } = victimOf(copy);
      const response = { httpStatus: 200, bodyHash: 'planted', replayed: true };
      append(copy.history, invoke, {}, { ...ok, response });
    },
  },
  {
    name: 'a stored outcome that changed',
    checker: 'same-key-same-bytes',
    kind: 'stored-outcome-differs',
    plant: async (copy) => {
      const { invoke, order } = victimOf(copy);
      const values = [invoke.key, order.orderId];
      await copy.database.query(
        `UPDATE idempotency_record SET outcome = replace(outcome, $2, 'planted') WHERE key::text = $1`,
        values,
      );
    },
  },
  {
    name: 'a cent too much',
    checker: 'money-balances',
    kind: 'order-amount-differs',
    plant: (copy) => {
      const charge = captureOf(copy, victimOf(copy));
      charge['amount'] = Number(charge['amount']) + 1;
    },
  },
  {
    name: 'a failed order with captured money',
    checker: 'money-balances',
    kind: 'money-without-order',
    plant: async (copy) => {
      const values = [victimOf(copy).order.orderId];
      await copy.database.query(`UPDATE orders SET status = 'failed' WHERE order_id = $1`, values);
      await copy.database.query(`UPDATE payment SET status = 'failed' WHERE order_id = $1`, values);
    },
  },
  {
    name: 'a paid order whose money went back',
    checker: 'money-balances',
    kind: 'order-amount-differs',
    plant: (copy) => {
      copy.ledger['/sandbox/ledger'].refunds.push(refundOf(captureOf(copy, victimOf(copy))));
    },
  },
  {
    name: 'a charge that the ledger lost',
    checker: 'money-balances',
    kind: 'totals-differ',
    plant: (copy) => {
      const { charges } = copy.ledger['/sandbox/ledger'];
      charges.splice(charges.indexOf(rowWhere(charges, 'id', captureOf(copy, victimOf(copy))['id'])), 1);
    },
  },
  {
    name: 'stock off by one',
    checker: 'stock-is-conserved',
    kind: 'stock-not-conserved',
    plant: changeVictim(
      'UPDATE stock SET available = available - 1 WHERE sku = (SELECT min(sku) FROM order_line WHERE order_id = $1)',
    ),
  },
  {
    name: 'a piece sold to nobody',
    checker: 'stock-is-conserved',
    kind: 'sold-differs-from-paid-orders',
    plant: changeVictim(
      `UPDATE stock SET available = available - 1, sold = sold + 1
        WHERE sku = (SELECT min(sku) FROM order_line WHERE order_id = $1)`,
    ),
  },
  {
    name: 'stock below zero for a time',
    checker: 'stock-is-conserved',
    kind: 'stock-was-negative',
    plant: ({ commitLog }) => {
      const entry = must(
        commitLog.find(({ table, new: row }) => table === 'stock' && row !== null),
        'no stock in its commit log',
      );
      const row = { ...entry.new, initial: '0', available: '-1', reserved: '1', sold: '0' };
      commitLog.splice(commitLog.indexOf(entry), 0, { ...entry, new: row });
    },
  },
  {
    name: 'a status that came back',
    checker: 'status-moves-forward',
    kind: 'status-moved-back',
    plant: (copy) => {
      const { orderId } = victimOf(copy).order;
      const paid = must(
        copy.commitLog.findLast(({ table, new: row }) => table === 'orders' && row?.['order_id'] === orderId),
        'no order in its commit log',
      );
      copy.commitLog.push(
        { ...paid, op: 'update', new: { ...paid.new, status: 'pending' } },
        { ...paid, op: 'update' },
      );
    },
  },
  {
    name: 'an order shown to a stranger',
    checker: 'orders-are-private',
    kind: 'order-seen-by-another',
    plant: (copy) => {
      const [one, other] = twoCustomers(copy);
      const { orderId, email, totalMinor, status } = one.order;
      const asked = {
        process: other.customer,
        f: 'readOrder',
        key: null,
        intent: one.nonce,
        call: null,
      } as const;
      const shown = { orderId, email, totalMinor, status };
      append(copy.history, one.invoke, asked, { type: 'ok', value: shown, response: one.ok.response });
    },
  },
  {
    name: 'two customers with one session',
    checker: 'orders-are-private',
    kind: 'customers-taken-for-one',
    plant: async (copy) => {
      const [one, other] = twoCustomers(copy);
      const values = [one.order.orderId, other.order.customerId];
      await copy.database.query('UPDATE orders SET customer_id = $2 WHERE order_id = $1', values);
    },
  },
  {
    name: 'an operation that never ended',
    checker: 'nothing-stays-unsettled',
    kind: 'record-unsettled',
    plant: async (copy) => {
      await copy.database.query(
        `UPDATE idempotency_record SET state = 'running', settled_at = NULL WHERE key::text = $1`,
        [victimOf(copy).invoke.key],
      );
    },
  },
  {
    name: 'an order that stayed pending',
    checker: 'nothing-stays-unsettled',
    kind: 'order-unsettled',
    plant: changeVictim(`UPDATE orders SET status = 'pending', settled_at = NULL WHERE order_id = $1`),
  },
  {
    name: 'a reservation that nobody let go',
    checker: 'nothing-stays-unsettled',
    kind: 'reservation-held',
    plant: changeVictim(`UPDATE stock_reservation SET status = 'held' WHERE order_id = $1`),
  },
];

/** A statement about the victim's order, `$1`. That it hit nothing is the planting's own failure. */
function changeVictim(sql: string): Planting['plant'] {
  return async (copy) => {
    const rows = await copy.database.query(`${sql} RETURNING 1`, [victimOf(copy).order.orderId]);
    if (rows.length === 0) throw new Error(`nothing was changed by ${sql}`);
  };
}

/** The history says that all of the victim's attempts were declined; database and ledger say otherwise. */
function refuseVictim(copy: RunCopy): void {
  const { nonce } = victimOf(copy);
  for (const event of copy.history) {
    if (!isOperation(event) || event.intent !== nonce || event.type === 'invoke') continue;
    if (event.f !== 'placeOrder' && event.f !== 'purchase') continue;
    event.type = 'refused';
    event.errorClass = 'CARD_DECLINED';
    event.value = null;
    event.response = { httpStatus: 402, bodyHash: 'planted', replayed: false };
  }
}

function twoCustomers(copy: RunCopy): [Victim, Victim] {
  const one = victimOf(copy);
  return [one, victimOf(copy, (victim) => customerOf(victim.customer) !== customerOf(one.customer))];
}

function refundOf(charge: Record<string, unknown>): Record<string, unknown> {
  return {
    id: 're_planted',
    payment_intent: charge['payment_intent'],
    charge: charge['id'],
    amount: charge['amount'],
    currency: charge['currency'],
    status: 'succeeded',
    createdMs: charge['createdMs'],
  };
}
