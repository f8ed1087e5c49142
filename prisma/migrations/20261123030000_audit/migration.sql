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

-- As before; a day of which something was forgotten is never opened again.
CREATE OR REPLACE FUNCTION idempotency_make_partitions(first_day date, last_day date) RETURNS integer LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE idempotency_make_day('idempotency_record', this_day::date))::integer
  FROM generate_series(first_day, last_day, interval '1 day') AS this_day
  WHERE NOT EXISTS (SELECT FROM idempotency_summary WHERE day = this_day::date)
$$;

CREATE FUNCTION idempotency_make_audit_partitions(first_day date, last_day date) RETURNS integer LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE idempotency_make_day('idempotency_audit', this_day::date))::integer
  FROM generate_series(first_day, last_day, interval '1 day') AS this_day
$$;

SELECT idempotency_make_audit_partitions(
  (now() AT TIME ZONE 'UTC')::date - 1,
  (now() AT TIME ZONE 'UTC')::date + 7);

-- How calls were answered, in the summary --------------------------------------------------------
--
-- Decision, or the code of the refusal, to number of calls. Counted from the audit rows of that day, when
-- the records of its keys are archived for the first time; its rows are kept longer than those records.

ALTER TABLE idempotency_summary ADD COLUMN decisions jsonb NOT NULL DEFAULT '{}';
ALTER TABLE idempotency_summary ALTER COLUMN decisions DROP DEFAULT;

CREATE OR REPLACE FUNCTION idempotency_archive(day date) RETURNS bigint LANGUAGE plpgsql AS $$
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
