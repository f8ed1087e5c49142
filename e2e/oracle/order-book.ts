import pg from 'pg';

export interface OrderRow {
  readonly orderId: string;
  readonly email: string;
  readonly status: 'pending' | 'paid' | 'failed';
  readonly totalMinor: number;
  readonly currency: string;
  readonly paymentStatus: string | null;
  readonly paymentMinor: number | null;
  readonly paymentIntentId: string | null;
  /** Messages that announce it as paid. */
  readonly messages: number;
}

const CALL_LIMIT_MS = 5_000;

/** The shop's database, read past the shop: as its superuser, and through no proxy. */
export class OrderBook {
  readonly #pool: pg.Pool;

  constructor(adminUrl: string) {
    this.#pool = new pg.Pool({ connectionString: adminUrl, max: 2, query_timeout: CALL_LIMIT_MS });
    // An idle connection may be ended at any time; the next query says so if it matters.
    this.#pool.on('error', () => {});
  }

  async orders(): Promise<OrderRow[]> {
    const { rows } = await this.#pool.query<OrderRow>(`
      SELECT o.order_id AS "orderId", o.email, o.status, o.total_minor AS "totalMinor", o.currency,
             p.status AS "paymentStatus", p.amount_minor AS "paymentMinor", p.payment_intent_id AS "paymentIntentId",
             (SELECT count(*)::int FROM outbox_message m
               WHERE m.customer_id = o.customer_id AND m.operation_id = o.operation_id AND m.topic = 'order.paid'
             ) AS messages
        FROM orders o LEFT JOIN payment p ON p.order_id = o.order_id AND p.customer_id = o.customer_id
       ORDER BY o.created_at`);
    return rows;
  }

  async ordersOf(email: string): Promise<OrderRow[]> {
    return (await this.orders()).filter((order) => order.email === email);
  }

  /** Operations that have begun and have no outcome yet. */
  async unsettled(): Promise<number> {
    const { rows } = await this.#pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM idempotency_record WHERE settled_at IS NULL',
    );
    return rows[0]?.count ?? 0;
  }

  /** Products whose pieces don't add up, or of which some are still reserved. */
  async wrongStock(): Promise<unknown[]> {
    const { rows } = await this.#pool.query<Record<string, unknown>>(`
      SELECT s.* FROM stock s
       WHERE s.available + s.reserved + s.sold <> s.initial OR s.available < 0 OR s.reserved <> 0
          OR s.sold <> (SELECT coalesce(sum(l.quantity), 0) FROM order_line l
                          JOIN orders o ON o.order_id = l.order_id AND o.customer_id = l.customer_id
                         WHERE l.sku = s.sku AND o.status = 'paid')`);
    return rows;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
