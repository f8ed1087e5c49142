import { createHash } from 'node:crypto';
import pg from 'pg';
import type { DatabaseSnapshot, FinalState } from '../final-state.ts';
import { isOperation } from '../history/event.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { LedgerDocument } from '../planted/ledger-copy.ts';

/** What the schema wants beside what the checkers look at. */
const ADDRESS = {
  fullName: 'A Customer',
  line1: 'Main Street 1',
  city: 'Linz',
  postalCode: '4020',
  country: 'AT',
};

/** Writes a hand-made snapshot into a migrated database, every constraint of the real schema on. */
export async function insertState(adminUrl: string, snapshot: DatabaseSnapshot): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const { fullName, line1, city, postalCode, country } = ADDRESS;
  try {
    for (const [position, { sku, initial, available, reserved, sold }] of snapshot.stock.entries()) {
      await client.query(`INSERT INTO product VALUES ($1, $1, '', '', 'kitchen', 1200, 'EUR', 1, $2)`, [
        sku,
        position,
      ]);
      await client.query('INSERT INTO stock VALUES ($1, $2, $3, $4, $5)', [
        sku,
        initial,
        available,
        reserved,
        sold,
      ]);
    }
    for (const checkout of snapshot.checkouts) {
      await client.query(
        `INSERT INTO checkout (checkout_id, customer_id, status, version, email, delivery, subtotal_minor,
                               delivery_minor, total_minor, currency, payment_intent_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'standard', $6, 0, $6, $7, $8, now(), now())`,
        [
          checkout.checkoutId,
          checkout.customerId,
          checkout.status,
          checkout.version,
          checkout.email,
          checkout.totalMinor,
          checkout.currency,
          checkout.paymentIntentId,
        ],
      );
    }
    for (const order of snapshot.orders) {
      await client.query(
        `INSERT INTO orders (order_id, customer_id, checkout_id, operation_id, status, email, full_name,
                             address_line1, city, postal_code, country, delivery, subtotal_minor,
                             delivery_minor, total_minor, currency, created_at, settled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'standard', $12, $13, $14, $15, $16, $17)`,
        [
          order.orderId,
          order.customerId,
          order.checkoutId,
          order.operationId,
          order.status,
          order.email,
          fullName,
          line1,
          city,
          postalCode,
          country,
          order.subtotalMinor,
          order.deliveryMinor,
          order.totalMinor,
          order.currency,
          order.createdAt,
          order.settledAt,
        ],
      );
    }
    for (const line of snapshot.orderLines) {
      await client.query('INSERT INTO order_line VALUES ($1, $2, $3, $3, $4, $5, $6)', [
        line.orderId,
        line.customerId,
        line.sku,
        line.quantity,
        line.unitPriceMinor,
        line.lineTotalMinor,
      ]);
    }
    for (const payment of snapshot.payments) {
      await client.query(
        `INSERT INTO payment (payment_id, customer_id, order_id, status, payment_intent_id, payment_method,
                              amount_minor, currency, failure_code, created_at, settled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), CASE WHEN $4 <> 'pending' THEN now() END)`,
        [
          payment.paymentId,
          payment.customerId,
          payment.orderId,
          payment.status,
          payment.paymentIntentId,
          payment.paymentMethod,
          payment.amountMinor,
          payment.currency,
          payment.failureCode,
        ],
      );
    }
    for (const reservation of snapshot.reservations) {
      await client.query('INSERT INTO stock_reservation VALUES ($1, $2, $3, $4, $5, $6, now())', [
        reservation.operationId,
        reservation.sku,
        reservation.customerId,
        reservation.orderId,
        reservation.quantity,
        reservation.status,
      ]);
    }
    for (const record of snapshot.records) {
      await client.query(
        `INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint, policy_version,
                                         state, fence, holder, lease_until, next_try_at, outcome, created_at, settled_at)
         VALUES ($1, $2, $3, $4, $2, '', 1, $5, $6, $7, now(), now(), $8, $9, $10)`,
        [
          record.key,
          record.scope,
          record.procedure,
          record.operationId,
          record.state,
          record.fence,
          record.holder,
          record.outcome,
          record.createdAt,
          record.settledAt,
        ],
      );
    }
    for (const message of snapshot.outbox) {
      await client.query('INSERT INTO outbox_message VALUES ($1, $2, $3, $4, $5, now(), NULL)', [
        message.messageId,
        message.customerId,
        message.operationId,
        message.topic,
        message.payload,
      ]);
    }
  } finally {
    await client.end();
  }
}

/** The hand-made ledger in the sandbox's own words. */
export function ledgerDocumentOf({ ledger, requests, openAtProvider }: FinalState): LedgerDocument {
  return {
    '/sandbox/ledger': {
      intents: ledger.intents.map((intent) => ({
        id: intent.id,
        amount: intent.amount,
        currency: intent.currency,
        status: intent.status,
        payment_method: intent.paymentMethod,
        amount_received: intent.amountReceived,
        createdMs: intent.createdMs,
      })),
      charges: ledger.charges.map((charge) => ({
        id: charge.id,
        payment_intent: charge.paymentIntent,
        amount: charge.amount,
        currency: charge.currency,
        status: charge.status,
        captured: charge.captured,
        payment_method: charge.paymentMethod,
        failure_code: charge.failureCode,
        idempotency_key: charge.idempotencyKey,
        createdMs: charge.createdMs,
      })),
      refunds: ledger.refunds.map((refund) => ({
        id: refund.id,
        payment_intent: refund.paymentIntent,
        charge: refund.charge,
        amount: refund.amount,
        currency: refund.currency,
        status: refund.status,
        createdMs: refund.createdMs,
      })),
    },
    '/sandbox/requests': requests.map((request) => ({ ...request })),
    '/sandbox/open': { open: openAtProvider },
  };
}

/**
 * Gives a hand-made run keys that the real table takes: UUIDv7s of today, whose partition exists. The
 * hand-made ones are words, so that a test can be read.
 */
export function useRealKeys({ history, state }: { history: HistoryEvent[]; state: FinalState }): void {
  const time = Date.now().toString(16).padStart(12, '0');
  const real = (word: string) => {
    const rest = createHash('sha256').update(word).digest('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
  };
  for (const record of state.database.records) record.key = real(record.key);
  for (const event of history) if (isOperation(event) && event.key !== null) event.key = real(event.key);
}
