-- The shop ---------------------------------------------------------------------------------------

CREATE TABLE product (
  sku          text PRIMARY KEY,
  name         text NOT NULL,
  summary      text NOT NULL,
  description  text NOT NULL,
  category     text NOT NULL,
  price_minor  integer NOT NULL CHECK (price_minor > 0),
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  picture_seed integer NOT NULL,
  position     integer NOT NULL
);
CREATE UNIQUE INDEX product_position_key ON product (position);

CREATE TABLE stock (
  sku       text PRIMARY KEY REFERENCES product (sku) ON UPDATE CASCADE ON DELETE RESTRICT,
  initial   integer NOT NULL CHECK (initial >= 0),
  available integer NOT NULL CHECK (available >= 0),
  reserved  integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  sold      integer NOT NULL DEFAULT 0 CHECK (sold >= 0),
  CHECK (initial = available + reserved + sold)
);

CREATE TABLE stock_reservation (
  operation_id text NOT NULL,
  sku          text NOT NULL REFERENCES stock (sku) ON UPDATE CASCADE ON DELETE RESTRICT,
  customer_id  text NOT NULL,
  order_id     text NOT NULL,
  quantity     integer NOT NULL CHECK (quantity > 0),
  status       text NOT NULL CHECK (status IN ('held', 'sold', 'released')),
  created_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (operation_id, sku)
);

CREATE TABLE cart_line (
  customer_id text NOT NULL,
  sku         text NOT NULL,
  quantity    integer NOT NULL CHECK (quantity > 0),
  added_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (customer_id, sku)
);

CREATE TABLE checkout (
  checkout_id       text NOT NULL,
  customer_id       text NOT NULL,
  status            text NOT NULL CHECK (status IN ('open', 'completed')),
  version           integer NOT NULL CHECK (version > 0),
  email             text,
  full_name         text,
  address_line1     text,
  address_line2     text,
  city              text,
  postal_code       text,
  country           text,
  delivery          text NOT NULL CHECK (delivery IN ('standard', 'express')),
  subtotal_minor    integer NOT NULL CHECK (subtotal_minor >= 0),
  delivery_minor    integer NOT NULL CHECK (delivery_minor >= 0),
  total_minor       integer NOT NULL CHECK (total_minor = subtotal_minor + delivery_minor),
  currency          text NOT NULL,
  payment_intent_id text,
  payment_minor     integer,
  payment_number    integer NOT NULL DEFAULT 0,
  created_at        timestamptz(3) NOT NULL,
  updated_at        timestamptz(3) NOT NULL,
  PRIMARY KEY (checkout_id, customer_id)
);
CREATE UNIQUE INDEX checkout_one_open_per_customer ON checkout (customer_id) WHERE status = 'open';

CREATE TABLE checkout_line (
  checkout_id      text NOT NULL,
  customer_id      text NOT NULL,
  sku              text NOT NULL,
  name             text NOT NULL,
  quantity         integer NOT NULL CHECK (quantity > 0),
  unit_price_minor integer NOT NULL CHECK (unit_price_minor > 0),
  line_total_minor integer NOT NULL CHECK (line_total_minor = unit_price_minor * quantity),
  PRIMARY KEY (checkout_id, customer_id, sku),
  FOREIGN KEY (checkout_id, customer_id) REFERENCES checkout (checkout_id, customer_id) ON UPDATE CASCADE ON DELETE RESTRICT
);

CREATE TABLE orders (
  order_id       text NOT NULL,
  customer_id    text NOT NULL,
  checkout_id    text NOT NULL,
  operation_id   text NOT NULL,
  status         text NOT NULL CHECK (status IN ('pending', 'paid', 'failed')),
  email          text NOT NULL,
  full_name      text NOT NULL,
  address_line1  text NOT NULL,
  address_line2  text,
  city           text NOT NULL,
  postal_code    text NOT NULL,
  country        text NOT NULL,
  delivery       text NOT NULL,
  subtotal_minor integer NOT NULL CHECK (subtotal_minor > 0),
  delivery_minor integer NOT NULL CHECK (delivery_minor >= 0),
  total_minor    integer NOT NULL CHECK (total_minor = subtotal_minor + delivery_minor),
  currency       text NOT NULL,
  created_at     timestamptz(3) NOT NULL,
  settled_at     timestamptz(3),
  PRIMARY KEY (order_id, customer_id),
  FOREIGN KEY (checkout_id, customer_id) REFERENCES checkout (checkout_id, customer_id) ON UPDATE CASCADE ON DELETE RESTRICT,
  CHECK ((status = 'pending') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX orders_customer_id_operation_id_key ON orders (customer_id, operation_id);
-- The intent guard: whatever key a request carries, a checkout has at most one order that lives.
CREATE UNIQUE INDEX order_one_live_per_checkout ON orders (customer_id, checkout_id) WHERE status <> 'failed';
CREATE INDEX orders_customer_id_created_at_idx ON orders (customer_id, created_at);

CREATE TABLE order_line (
  order_id         text NOT NULL,
  customer_id      text NOT NULL,
  sku              text NOT NULL,
  name             text NOT NULL,
  quantity         integer NOT NULL CHECK (quantity > 0),
  unit_price_minor integer NOT NULL CHECK (unit_price_minor > 0),
  line_total_minor integer NOT NULL CHECK (line_total_minor = unit_price_minor * quantity),
  PRIMARY KEY (order_id, customer_id, sku),
  FOREIGN KEY (order_id, customer_id) REFERENCES orders (order_id, customer_id) ON UPDATE CASCADE ON DELETE RESTRICT
);

CREATE TABLE payment (
  payment_id        text NOT NULL,
  customer_id       text NOT NULL,
  order_id          text NOT NULL,
  status            text NOT NULL CHECK (status IN ('pending', 'paid', 'failed')),
  payment_intent_id text NOT NULL,
  payment_method    text NOT NULL,
  amount_minor      integer NOT NULL CHECK (amount_minor > 0),
  currency          text NOT NULL,
  failure_code      text,
  created_at        timestamptz(3) NOT NULL,
  settled_at        timestamptz(3),
  PRIMARY KEY (payment_id, customer_id),
  FOREIGN KEY (order_id, customer_id) REFERENCES orders (order_id, customer_id) ON UPDATE CASCADE ON DELETE RESTRICT,
  CHECK ((status = 'pending') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX payment_order_id_customer_id_key ON payment (order_id, customer_id);

CREATE TABLE outbox_message (
  message_id   text NOT NULL,
  customer_id  text NOT NULL,
  operation_id text NOT NULL,
  topic        text NOT NULL,
  payload      text NOT NULL,
  created_at   timestamptz(3) NOT NULL,
  delivered_at timestamptz(3),
  PRIMARY KEY (message_id, customer_id)
);
CREATE UNIQUE INDEX outbox_message_customer_id_operation_id_topic_key ON outbox_message (customer_id, operation_id, topic);
CREATE INDEX outbox_undelivered ON outbox_message (created_at) WHERE delivered_at IS NULL;

-- Idempotency records ----------------------------------------------------------------------------
--
-- A key is a UUIDv7: its first 48 bits are the millisecond at which it was made. So a day of keys is
-- a range of keys, the partition follows from the key, and uniqueness holds across all of them.
-- There is no default partition: a key whose day is gone must fail to claim, not look new.
-- There is no CHECK on this table: a missing partition raises 23514, and must be the only thing that does.
-- Nothing has a foreign key to it: that would block the detach of an old day.

CREATE TABLE idempotency_record (
  key            uuid NOT NULL,
  scope          text NOT NULL,
  procedure      text NOT NULL,
  operation_id   text NOT NULL,
  principal      text NOT NULL,
  fingerprint    text NOT NULL,
  policy_version integer NOT NULL,
  state          text NOT NULL,
  fence          integer NOT NULL,
  holder         text NOT NULL,
  lease_until    timestamptz(3) NOT NULL,
  next_try_at    timestamptz(3) NOT NULL,
  tries          integer NOT NULL DEFAULT 0,
  steps          jsonb NOT NULL DEFAULT '{}',
  input          text,
  outcome        text,
  created_at     timestamptz(3) NOT NULL,
  settled_at     timestamptz(3),
  PRIMARY KEY (key, scope, procedure)
) PARTITION BY RANGE (key);
CREATE INDEX idempotency_record_unsettled ON idempotency_record (next_try_at) WHERE settled_at IS NULL;

-- The smallest UUID whose first 48 bits are the given instant.
CREATE FUNCTION idempotency_key_floor(instant timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (rpad(lpad(to_hex(floor(extract(epoch FROM instant) * 1000)::bigint), 12, '0'), 32, '0'))::uuid
$$;

-- Makes the partitions of the days from `first_day` to `last_day` (UTC) that don't exist yet.
-- Made apart and then attached: ATTACH takes a weaker lock than CREATE … PARTITION OF, so that
-- claims go on meanwhile. Several workers may run it at once: the loser of the race finds it done.
CREATE FUNCTION idempotency_make_partitions(first_day date, last_day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  day  date;
  name text;
  made integer := 0;
BEGIN
  FOR day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
    name := 'idempotency_record_' || to_char(day, 'YYYYMMDD');
    IF to_regclass(name) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE TABLE %I (LIKE idempotency_record INCLUDING ALL)', name);
        EXECUTE format('ALTER TABLE idempotency_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
          idempotency_key_floor(day::timestamp AT TIME ZONE 'UTC'),
          idempotency_key_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
        made := made + 1;
      EXCEPTION WHEN duplicate_table OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
  RETURN made;
END $$;

SELECT idempotency_make_partitions(
  (now() AT TIME ZONE 'UTC')::date - 4,
  (now() AT TIME ZONE 'UTC')::date + 7);
