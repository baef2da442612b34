-- The encryption keys under which something may be stored (docs/adr/0013-encryption-at-rest.md): a replica without one of them
-- refuses to start. A few rows, never a key; times are PostgreSQL's.
CREATE TABLE encryption_key (
  id             text COLLATE "C" PRIMARY KEY,
  -- Sealed under the key, and nothing but proof of it: another key by the same id does not open it.
  check_value    bytea NOT NULL,
  -- When a replica that seals under it last said so.
  last_active_at timestamptz NOT NULL
);
