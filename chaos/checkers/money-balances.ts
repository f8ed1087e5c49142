import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { groupBy, isCapture, paidOrders, sumOf } from './intent-index.ts';

export const moneyBalances: Checker = {
  name: 'money-balances',
  invariant: 'Captured minus refunded equals the totals of the paid orders, in all and for each order.',
  check(_history, { database, ledger }) {
    const findings = new FindingList();
    const paid = paidOrders(database);
    const paidIds = new Set(paid.map((order) => order.orderId));
    const orders = new Map(database.orders.map((order) => [order.orderId, order]));
    const captures = ledger.charges.filter(isCapture);
    const refunds = ledger.refunds.filter((refund) => refund.status === 'succeeded');

    const paymentOf = new Map(database.payments.map((payment) => [payment.orderId, payment]));
    for (const order of database.orders) {
      const payment = paymentOf.get(order.orderId);
      const rows = [
        `orders/${order.orderId}`,
        ...(payment === undefined ? [] : [`payment/${payment.paymentId}`]),
      ];
      if (payment === undefined) {
        if (order.status === 'paid') {
          findings.add('paid-order-without-payment', `order ${order.orderId} is paid, and by no payment`, {
            rows,
          });
        }
        continue;
      }
      if (payment.status !== order.status) {
        const message = `order ${order.orderId} is ${order.status}, its payment is ${payment.status}`;
        findings.add('payment-differs-from-order', message, { rows });
      } else if (payment.amountMinor !== order.totalMinor || payment.currency !== order.currency) {
        const message = `order ${order.orderId} says ${order.totalMinor}, its payment says ${payment.amountMinor}`;
        findings.add('payment-differs-from-order', message, { rows });
      }
    }

    // An order that was declined and the one that then was paid share a payment intent: the sum of
    // its paid orders is what must have moved on it.
    const owed = groupBy(
      database.payments.filter((payment) => paidIds.has(payment.orderId)),
      (payment) => payment.paymentIntentId,
    );
    const chargesOn = groupBy(captures, (charge) => charge.paymentIntent);
    const refundsOn = groupBy(refunds, (refund) => refund.paymentIntent);
    for (const id of new Set([...owed.keys(), ...chargesOn.keys(), ...refundsOn.keys()])) {
      const due = sumOf(owed.get(id) ?? [], (payment) => orders.get(payment.orderId)?.totalMinor ?? 0);
      const charged = chargesOn.get(id) ?? [];
      const refunded = refundsOn.get(id) ?? [];
      const moved = sumOf(charged, (charge) => charge.amount) - sumOf(refunded, (refund) => refund.amount);
      const rows = [
        ...(owed.get(id) ?? []).map((payment) => `orders/${payment.orderId}`),
        ...charged.map((charge) => `charges/${charge.id}`),
        ...refunded.map((refund) => `refunds/${refund.id}`),
      ];
      if (moved !== due) {
        const message = `payment intent ${id} moved ${moved}, its paid orders say ${due}`;
        findings.add(due === 0 ? 'money-without-order' : 'order-amount-differs', message, { rows });
      }
      for (const charge of charged) {
        const currencies = (owed.get(id) ?? []).map((payment) => payment.currency.toUpperCase());
        if (currencies.length === 0 || currencies.includes(charge.currency.toUpperCase())) continue;
        findings.add('currency-differs', `charge ${charge.id} is in ${charge.currency}`, { rows });
      }
    }

    // Beside the orders one by one: a payment that names the wrong intent twice could cancel out above.
    const moved = sumOf(captures, (charge) => charge.amount) - sumOf(refunds, (refund) => refund.amount);
    const due = sumOf(paid, (order) => order.totalMinor);
    if (moved !== due) {
      findings.add('totals-differ', `the provider moved ${moved} in all, the paid orders say ${due}`, {});
    }
    return { premise: paid.length, violations: findings.found };
  },
};
