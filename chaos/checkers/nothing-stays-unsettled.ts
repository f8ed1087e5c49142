import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { stallDoubt } from './stall.ts';

export const nothingStaysUnsettled: Checker = {
  name: 'nothing-stays-unsettled',
  invariant: 'After healing every operation, order, payment and reservation comes to its end, in its time.',
  check(_history, { database, openAtProvider, facts }) {
    const findings = new FindingList();
    for (const record of database.records) {
      if (record.settledAt !== null) continue;
      findings.add('record-unsettled', `operation ${record.operationId} is still ${record.state}`, {
        rows: [`idempotency_record/${record.key}`],
      });
    }
    for (const order of database.orders) {
      if (order.status !== 'pending') continue;
      findings.add('order-unsettled', `order ${order.orderId} is still pending`, {
        rows: [`orders/${order.orderId}`],
      });
    }
    for (const payment of database.payments) {
      if (payment.status !== 'pending') continue;
      findings.add('payment-unsettled', `payment ${payment.paymentId} is still pending`, {
        rows: [`payment/${payment.paymentId}`],
      });
    }
    for (const reservation of database.reservations) {
      if (reservation.status !== 'held') continue;
      findings.add('reservation-held', `a reservation of ${reservation.sku} is still held`, {
        rows: [`stock_reservation/${reservation.operationId}/${reservation.sku}`],
      });
    }
    if (openAtProvider > 0) {
      findings.add('provider-still-busy', `the provider is still busy with ${openAtProvider} requests`, {});
    }
    if (facts.settledAfterMs !== null && facts.settledAfterMs > facts.limits.settleMs) {
      const message = `all was settled ${facts.settledAfterMs} ms after healing, the limit is ${facts.limits.settleMs} ms`;
      findings.add('settled-too-late', message, {});
    }
    if (findings.found.length === 0 && facts.settledAfterMs === null) {
      throw new Error('the run never saw everything settled, and the final read shows nothing open');
    }
    if (findings.found.length === 0 && !facts.twoEqualReads) {
      throw new Error('no two reads in a row were equal: the state was still moving');
    }
    return { premise: database.records.length, violations: findings.found, doubt: stallDoubt(facts) };
  },
};
