-- A record's primary key becomes one column, its identity: tenant, namespace and key with a space between them
-- (docs/adr/0020-the-identity-is-one-column.md). Every look into the index compares once what it compared three times.
--
-- The table is written anew, as a column that is added stands last, behind columns without a fixed place. Nobody claims
-- meanwhile: on a large table, about a minute for ten million records.
ALTER TABLE idempotency_record RENAME TO former_record;
ALTER TABLE former_record RENAME CONSTRAINT idempotency_record_pkey TO former_record_pkey;
ALTER INDEX idempotency_record_expires_at_idx RENAME TO former_record_expires_at_idx;
ALTER INDEX idempotency_record_open_idx RENAME TO former_record_open_idx;

CREATE TABLE idempotency_record (
  -- No tenant and no namespace contains a space. Collates "C", so that the database and the API's batches sort alike, on
  -- every machine. Fixed-width columns come next, widest first: no padding.
  identity         text COLLATE "C" NOT NULL,
  fencing_token    bigint NOT NULL,
  retention_ms     bigint NOT NULL,
  lease_expires_at timestamptz,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  completed_at     timestamptz,
  expires_at       timestamptz,
  -- When the deletion of a completed record was announced: from then on no replica keeps its outcome in memory
  -- (docs/adr/0010-replay-cache.md).
  deletion_announced_at timestamptz,
  lease_ms         integer NOT NULL,
  attempt          integer NOT NULL,
  state            record_state NOT NULL,
  on_lease_expiry  on_lease_expiry NOT NULL,
  outcome_status   smallint,
  -- The holder said `effect: unknown`: its token no longer claims or renews, yet may still complete.
  relinquished     boolean NOT NULL DEFAULT false,
  -- Whether the current attempt took the record over from a holder whose lease had ended. Written by each grant and read by
  -- it alone, for counting: RETURNING cannot see the row as it was. Null where not, which takes no space.
  is_takeover      boolean,
  -- The token of the current or the last claim; null once an operator has resolved the record.
  claim_token      uuid,
  fingerprint      text,
  owner            text,
  checkpoint_name  text,
  checkpoint_data  bytea,
  outcome          bytea,

  CONSTRAINT in_progress_has_a_holder_and_a_lease
    CHECK (state <> 'in_progress' OR (claim_token IS NOT NULL AND lease_expires_at IS NOT NULL)),
  -- An open outcome is never forgotten: without expires_at neither a claim nor the sweep takes the row for over.
  CONSTRAINT retention_exactly_when_closed
    CHECK ((expires_at IS NULL) = (state = 'in_progress')),
  CONSTRAINT lease_exactly_when_in_progress
    CHECK ((lease_expires_at IS NULL) = (state <> 'in_progress')),
  CONSTRAINT outcome_exactly_when_completed
    CHECK ((outcome IS NOT NULL) = (state = 'completed') AND (completed_at IS NOT NULL) = (state = 'completed')),
  CONSTRAINT outcome_status_only_when_completed
    CHECK (outcome_status IS NULL OR state = 'completed'),
  CONSTRAINT only_an_open_record_is_relinquished
    CHECK (NOT relinquished OR state = 'in_progress'),
  CONSTRAINT only_a_completed_record_is_announced
    CHECK (deletion_announced_at IS NULL OR state = 'completed'),
  CONSTRAINT checkpoint_is_whole
    CHECK ((checkpoint_name IS NULL) = (checkpoint_data IS NULL)),
  CONSTRAINT attempts_count_from_one
    CHECK (attempt >= 1)
);

INSERT INTO idempotency_record (
  identity, fencing_token, retention_ms, lease_expires_at, created_at, updated_at, completed_at, expires_at,
  deletion_announced_at, lease_ms, attempt, state, on_lease_expiry, outcome_status, relinquished, is_takeover, claim_token,
  fingerprint, owner, checkpoint_name, checkpoint_data, outcome)
SELECT
  tenant || ' ' || namespace || ' ' || key, fencing_token, retention_ms, lease_expires_at, created_at, updated_at,
  completed_at, expires_at, deletion_announced_at, lease_ms, attempt, state, on_lease_expiry, outcome_status, relinquished,
  is_takeover, claim_token, fingerprint, owner, checkpoint_name, checkpoint_data, outcome
FROM former_record
ORDER BY tenant, namespace, key;

DROP TABLE former_record;

ALTER TABLE idempotency_record ADD PRIMARY KEY (identity);

-- The sweep's way to what is over; open records are not in it.
CREATE INDEX idempotency_record_expires_at_idx ON idempotency_record (expires_at) WHERE expires_at IS NOT NULL;

-- The way to what is open, for counting it: a few rows of many. By columns that a renewal leaves alone, so that renewals
-- stay heap-only. Not WHERE state = 'in_progress', which other statements ask of single rows: plans made while few
-- records are open would go through all of them, in no order, and lock none.
CREATE INDEX idempotency_record_open_idx ON idempotency_record (created_at) WHERE expires_at IS NULL;

-- Records for people, who ask for a part of an identity: SELECT * FROM record_by_parts WHERE key = 'order-1'.
CREATE VIEW record_by_parts AS
SELECT
  split_part(identity, ' ', 1) AS tenant,
  split_part(identity, ' ', 2) AS namespace,
  substr(identity, length(split_part(identity, ' ', 1)) + length(split_part(identity, ' ', 2)) + 3) AS key,
  *
FROM idempotency_record;

-- Which slot a record is in follows from its identity: what replicas keep in memory by its former one no longer counts.
UPDATE replay_cache_slot SET generation = generation + 1;

INSERT INTO schema_compatibility (migration, builds_from)
VALUES ('20261129110000_identity', '20261129110000_identity');
