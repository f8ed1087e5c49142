-- Forgetting a day of keys -----------------------------------------------------------------------
--
-- A day goes through these states, each reached by one statement that commits or doesn't, each told by
-- the catalogue alone. So whoever finds a day in any of them, after whatever crash, can go on.
--
--   attached ──▶ pending ──▶ detached ──▶ aside ──▶ gone
--            DETACH …     DETACH …     set_aside  archive
--            CONCURRENTLY  (its end)
--
-- DETACH … CONCURRENTLY can't be part of a function; `src/idempotency/prisma/retention.ts` sends it.

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
  PRIMARY KEY (day, procedure, hour, archived_at)
);

-- As before, but a day of which something was forgotten is never opened again: should this server's clock
-- be set back, its keys would look new.
CREATE OR REPLACE FUNCTION idempotency_make_partitions(first_day date, last_day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  next_day date;
  name     text;
  made     integer := 0;
BEGIN
  FOR next_day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
    name := 'idempotency_record_' || to_char(next_day, 'YYYYMMDD');
    IF to_regclass(name) IS NULL AND NOT EXISTS (SELECT FROM idempotency_summary WHERE day = next_day) THEN
      BEGIN
        EXECUTE format('CREATE TABLE %I (LIKE idempotency_record INCLUDING ALL)', name);
        EXECUTE format('ALTER TABLE idempotency_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
          idempotency_key_floor(next_day::timestamp AT TIME ZONE 'UTC'),
          idempotency_key_floor((next_day + 1)::timestamp AT TIME ZONE 'UTC'));
        made := made + 1;
      EXCEPTION WHEN duplicate_table OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
  RETURN made;
END $$;

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
-- unsettled in it has moved. Returns how many records it forgot.
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
    )
    INSERT INTO idempotency_summary (day, procedure, hour, archived_at, outcomes, takeovers,
      latency_p50_ms, latency_p95_ms, latency_p99_ms)
    SELECT $1, procedure, hour, clock_timestamp(), outcomes, takeovers, ms[1], ms[2], ms[3]
    FROM outcomes JOIN times USING (procedure, hour)
  $sql$, aside) USING day;
  EXECUTE format('SELECT count(*) FROM %I WHERE settled_at IS NOT NULL', aside) INTO forgotten;
  EXECUTE format('DROP TABLE %I', aside);
  RETURN forgotten;
END $$;
