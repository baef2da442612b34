CREATE TYPE record_state AS ENUM ('in_progress', 'completed', 'released');
CREATE TYPE on_lease_expiry AS ENUM ('block', 'takeover');

-- One row for one (tenant, namespace, key). Identifiers collate "C", so that the database and the API's batches
-- sort alike, on every machine. Fixed-width columns come first, widest first: no padding.
CREATE TABLE idempotency_record (
  tenant           text COLLATE "C" NOT NULL,
  namespace        text COLLATE "C" NOT NULL,
  key              text COLLATE "C" NOT NULL,
  fencing_token    bigint NOT NULL,
  retention_ms     bigint NOT NULL,
  lease_expires_at timestamptz,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  completed_at     timestamptz,
  expires_at       timestamptz,
  lease_ms         integer NOT NULL,
  attempt          integer NOT NULL,
  state            record_state NOT NULL,
  on_lease_expiry  on_lease_expiry NOT NULL,
  outcome_status   smallint,
  -- The holder said `effect: unknown`: its token no longer claims or renews, yet may still complete.
  relinquished     boolean NOT NULL DEFAULT false,
  -- The token of the current or the last claim; null once an operator has resolved the record.
  claim_token      uuid,
  fingerprint      text,
  owner            text,
  checkpoint_name  text,
  checkpoint_data  bytea,
  outcome          bytea,

  PRIMARY KEY (tenant, namespace, key),

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
  CONSTRAINT checkpoint_is_whole
    CHECK ((checkpoint_name IS NULL) = (checkpoint_data IS NULL)),
  CONSTRAINT attempts_count_from_one
    CHECK (attempt >= 1)
);

-- The sweep's way to what is over; open records are not in it.
CREATE INDEX idempotency_record_expires_at_idx ON idempotency_record (expires_at) WHERE expires_at IS NOT NULL;

-- Message ids that were seen: a space of their own, apart from claims' keys.
CREATE TABLE deduplication (
  tenant        text COLLATE "C" NOT NULL,
  namespace     text COLLATE "C" NOT NULL,
  id            text COLLATE "C" NOT NULL,
  first_seen_at timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant, namespace, id)
);

CREATE INDEX deduplication_expires_at_idx ON deduplication (expires_at);

-- Who let go of, settled or deleted a record. Append-only.
CREATE TABLE audit_entry (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant    text COLLATE "C" NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  key       text COLLATE "C" NOT NULL,
  action    text NOT NULL,
  actor     text NOT NULL,
  note      text,
  detail    jsonb NOT NULL
);

CREATE INDEX audit_entry_tenant_at_idx ON audit_entry (tenant, at);

-- What lets replicas answer replays from memory and still forget a deleted record at once, all of them: each
-- deletion of a completed record moves its slot's generation, and a cached replay counts only for the generation
-- that it was read under (docs/adr/0010-replay-cache.md). 256 slots, so that a deletion empties 1/256 of the caches.
CREATE TABLE replay_cache_slot (
  slot       smallint PRIMARY KEY CHECK (slot BETWEEN 0 AND 255),
  generation bigint NOT NULL DEFAULT 0
);

INSERT INTO replay_cache_slot (slot) SELECT generate_series(0, 255);
