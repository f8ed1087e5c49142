-- Everything that the engine keeps in Postgres, 15 or later. For a project of your own this is the migration;
-- Prisma's schema needs none of it, if its configuration names the tables as external.
--
-- In this project the same is made by the migrations, step by step, as it grew; a test holds that both come
-- to the same.

-- Records ----------------------------------------------------------------------------------------
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

-- What stays of the records of a day: a row for each procedure and hour (UTC) of creation. A day whose
-- unsettled records were kept is archived again when those are settled, so `archived_at` is in the key.
CREATE TABLE idempotency_summary (
  day            date NOT NULL,
  procedure      text NOT NULL,
  hour           timestamptz(3) NOT NULL,
  archived_at    timestamptz(3) NOT NULL,
  outcomes       jsonb NOT NULL,
  takeovers      bigint NOT NULL,
  latency_p50_ms bigint,
  latency_p95_ms bigint,
  latency_p99_ms bigint,
  decisions      jsonb NOT NULL,
  PRIMARY KEY (day, procedure, hour, archived_at)
);

-- Makes the partition of one day of a table that is partitioned by UUIDv7. Made apart and then attached:
-- ATTACH takes a weaker lock than CREATE … PARTITION OF, so that others go on meanwhile. Several may make
-- it at once: the loser of the race finds it done. A partition has the rights of its table.
CREATE FUNCTION idempotency_make_day(parent text, this_day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  name text := parent || '_' || to_char(this_day, 'YYYYMMDD');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN false; END IF;
  BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
    IF NOT has_table_privilege(parent, 'UPDATE') THEN
      EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM PUBLIC, CURRENT_USER', name);
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name,
      idempotency_key_floor(this_day::timestamp AT TIME ZONE 'UTC'),
      idempotency_key_floor((this_day + 1)::timestamp AT TIME ZONE 'UTC'));
  EXCEPTION WHEN duplicate_table OR unique_violation THEN RETURN false;
  END;
  RETURN true;
END $$;

-- Makes the partitions of the days from `first_day` to `last_day` (UTC) that don't exist yet. A day of which
-- something was forgotten is never opened again: should this server's clock be set back, its keys would look
-- new.
CREATE FUNCTION idempotency_make_partitions(first_day date, last_day date) RETURNS integer LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE idempotency_make_day('idempotency_record', this_day::date))::integer
  FROM generate_series(first_day, last_day, interval '1 day') AS this_day
  WHERE NOT EXISTS (SELECT FROM idempotency_summary WHERE day = this_day::date)
$$;

-- Forgetting a day of keys -----------------------------------------------------------------------
--
-- A day goes through these states, each reached by one statement that commits or doesn't, each told by
-- the catalogue alone. So whoever finds a day in any of them, after whatever crash, can go on.
--
--   attached ──▶ pending ──▶ detached ──▶ aside ──▶ gone
--            DETACH …     DETACH …     set_aside  archive
--            CONCURRENTLY  (its end)
--
-- DETACH … CONCURRENTLY can't be part of a function; `retention.ts` sends it.

CREATE FUNCTION idempotency_refuse_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE check_violation USING MESSAGE = 'The settled records of this day of keys were forgotten';
END $$;

-- Sets the table of a detached day aside. Its unsettled records, if it has any, move into a new and small
-- partition with the same bounds, so that whoever works on them goes on as before.
--
-- In that partition a key without a record isn't new: its record may have been forgotten. The claim tests
-- the key's age by this server's clock; should that clock be set back, the trigger refuses the claim all
-- the same, with the code of a missing partition, which is what the day is to a new key.
--
-- Of two workers that come at once one waits for the other's lock, and then finds nothing to do.
CREATE FUNCTION idempotency_set_aside(day date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  name    text := 'idempotency_record_' || to_char(day, 'YYYYMMDD');
  aside   text := name || '_aside';
  columns text;
  kept    bigint;
BEGIN
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', name);
  IF (SELECT relispartition FROM pg_class WHERE oid = to_regclass(name)) THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('%s is attached', name);
  END IF;
  EXECUTE format('ALTER TABLE %I RENAME TO %I', name, aside);
  EXECUTE format('SELECT count(*) FROM %I WHERE settled_at IS NULL', aside) INTO kept;
  IF kept > 0 THEN
    -- By name: a column that was added since stands elsewhere in an older table.
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
      WHERE attrelid = 'idempotency_record'::regclass AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('CREATE TABLE %I (LIKE idempotency_record INCLUDING ALL)', name);
    EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %2$s FROM %3$I WHERE settled_at IS NULL', name, columns, aside);
    EXECUTE format('CREATE TRIGGER closed BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION idempotency_refuse_claim()', name);
    EXECUTE format('ALTER TABLE idempotency_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
      idempotency_key_floor(day::timestamp AT TIME ZONE 'UTC'),
      idempotency_key_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
  END IF;
  RETURN kept;
END $$;

-- Archives the settled records of a day that was set aside, and drops its table: both, or neither. What is
-- unsettled in it has moved. How its day's calls were answered, by decision or by the code of a refusal, is
-- counted from the audit trail, once. Returns how many records it forgot.
CREATE FUNCTION idempotency_archive(day date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  aside     text := 'idempotency_record_' || to_char(day, 'YYYYMMDD') || '_aside';
  forgotten bigint;
BEGIN
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', aside);
  EXECUTE format($sql$
    WITH settled AS (
      SELECT procedure, date_trunc('hour', created_at, 'UTC') AS hour, state, tries,
        -- A closed key was never at work.
        CASE WHEN state <> 'void' THEN (extract(epoch FROM settled_at - created_at) * 1000)::bigint END AS ms
      FROM %I WHERE settled_at IS NOT NULL
    ), by_state AS (
      SELECT procedure, hour, state, count(*) AS records FROM settled GROUP BY procedure, hour, state
    ), outcomes AS (
      SELECT procedure, hour, jsonb_object_agg(state, records) AS outcomes FROM by_state GROUP BY procedure, hour
    ), times AS (
      SELECT procedure, hour, sum(tries) AS takeovers,
        percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ms) AS ms
      FROM settled GROUP BY procedure, hour
    ), by_decision AS (
      SELECT procedure, date_trunc('hour', at, 'UTC') AS hour, coalesce(code, decision) AS decision, count(*) AS calls
      FROM idempotency_audit
      WHERE event_id >= idempotency_key_floor($1::timestamp AT TIME ZONE 'UTC')
        AND event_id < idempotency_key_floor(($1 + 1)::timestamp AT TIME ZONE 'UTC')
        AND decision IS NOT NULL AND NOT EXISTS (SELECT FROM idempotency_summary s WHERE s.day = $1)
      GROUP BY 1, 2, 3
    ), decisions AS (
      SELECT procedure, hour, jsonb_object_agg(decision, calls) AS decisions FROM by_decision GROUP BY procedure, hour
    )
    INSERT INTO idempotency_summary (day, procedure, hour, archived_at, outcomes, decisions, takeovers,
      latency_p50_ms, latency_p95_ms, latency_p99_ms)
    SELECT $1, procedure, hour, clock_timestamp(), coalesce(outcomes, '{}'), coalesce(decisions, '{}'),
      coalesce(takeovers, 0), ms[1], ms[2], ms[3]
    FROM outcomes JOIN times USING (procedure, hour) FULL JOIN decisions USING (procedure, hour)
  $sql$, aside) USING day;
  EXECUTE format('SELECT count(*) FROM %I WHERE settled_at IS NOT NULL', aside) INTO forgotten;
  EXECUTE format('DROP TABLE %I', aside);
  RETURN forgotten;
END $$;

-- The audit trail --------------------------------------------------------------------------------
--
-- One row for each event of the engine, written once and never changed. It says what was decided and when,
-- not what holds: that is the record's business, in the transaction of the effects.
-- Keys and scopes are here as keyed hashes: whoever has one and the secret finds its rows, nobody else does.
-- An event's id is a UUIDv7 of its time by this server's clock, so a day of events is a partition.

CREATE TABLE idempotency_audit (
  event_id     uuid NOT NULL,
  at           timestamptz(3) NOT NULL,
  type         text NOT NULL,
  procedure    text NOT NULL,
  operation_id text,
  scope_hash   text NOT NULL,
  key_hash     text,
  attempt      integer,
  reason       text,
  decision     text,
  code         text,
  detail       text,
  step         text,
  fence        integer,
  duration_ms  integer,
  node         text NOT NULL,
  region       text NOT NULL,
  PRIMARY KEY (event_id)
) PARTITION BY RANGE (event_id);
CREATE INDEX idempotency_audit_operation_id_idx ON idempotency_audit (operation_id);
CREATE INDEX idempotency_audit_key_hash_idx ON idempotency_audit (key_hash);

-- Append only, for its owner too. An owner can give itself the right back, so this stops mistakes, and
-- whoever got hold of a session that runs the shop's statements; against the owner itself, own the table by
-- another role.
REVOKE UPDATE, DELETE, TRUNCATE ON idempotency_audit FROM PUBLIC, CURRENT_USER;

CREATE FUNCTION idempotency_make_audit_partitions(first_day date, last_day date) RETURNS integer LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE idempotency_make_day('idempotency_audit', this_day::date))::integer
  FROM generate_series(first_day, last_day, interval '1 day') AS this_day
$$;

-- The days around this one; a worker makes those to come.
SELECT idempotency_make_partitions(
  (now() AT TIME ZONE 'UTC')::date - 4,
  (now() AT TIME ZONE 'UTC')::date + 7);
SELECT idempotency_make_audit_partitions(
  (now() AT TIME ZONE 'UTC')::date - 1,
  (now() AT TIME ZONE 'UTC')::date + 7);
