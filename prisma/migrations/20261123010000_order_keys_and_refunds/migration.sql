-- Server-made keys -------------------------------------------------------------------------------

-- Null for a checkout that a node of an older version opened; the next `checkout.open` gives it one.
ALTER TABLE checkout ADD COLUMN order_key uuid;

-- Late charges -----------------------------------------------------------------------------------

-- When a failed payment is next looked at; null once nothing can come of it any more. A default, so
-- that what nodes of an older version settle is looked at too.
ALTER TABLE payment ADD COLUMN next_check_at timestamptz(3) DEFAULT CURRENT_TIMESTAMP;
CREATE INDEX payment_to_check ON payment (next_check_at) WHERE status = 'failed' AND next_check_at IS NOT NULL;
CREATE INDEX payment_customer_id_payment_intent_id_idx ON payment (customer_id, payment_intent_id);

-- Refunds ----------------------------------------------------------------------------------------

CREATE TABLE refund (
  refund_id          text NOT NULL,
  customer_id        text NOT NULL,
  order_id           text NOT NULL,
  cause              text NOT NULL CHECK (cause IN ('late_success', 'wrong_amount')),
  status             text NOT NULL CHECK (status IN ('due', 'refunded')),
  payment_intent_id  text NOT NULL,
  amount_minor       integer NOT NULL CHECK (amount_minor > 0),
  currency           text NOT NULL,
  operation_id       text NOT NULL,
  operation_key      uuid,
  provider_refund_id text,
  created_at         timestamptz(3) NOT NULL,
  settled_at         timestamptz(3),
  PRIMARY KEY (refund_id, customer_id),
  FOREIGN KEY (order_id, customer_id) REFERENCES orders (order_id, customer_id) ON UPDATE CASCADE ON DELETE RESTRICT,
  CHECK ((status = 'due') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX refund_customer_id_order_id_cause_key ON refund (customer_id, order_id, cause);
-- Orders that were declined one after the other share a PaymentIntent. It is charged at most once, and
-- a refund gives that charge back whole, so it is refunded at most once, whichever order is named.
CREATE UNIQUE INDEX refund_customer_id_payment_intent_id_key ON refund (customer_id, payment_intent_id);
