-- Who runs which background task, how far it is, and when it is due again (docs/adr/0014-background-tasks.md). A few
-- rows; times are PostgreSQL's.
CREATE TABLE background_task (
  name         text COLLATE "C" PRIMARY KEY,
  -- Grows with every take: who holds an older term has lost the task.
  term         bigint NOT NULL,
  -- The replica that runs it now, and until when it is presumed alive; null while nobody does.
  holder       uuid,
  lease_until  timestamptz,
  due_at       timestamptz NOT NULL,
  -- Set by an operator: nobody takes the task, and whoever runs it stops at its next step.
  paused       boolean NOT NULL DEFAULT false,
  progress     jsonb,
  succeeded_at timestamptz,

  CONSTRAINT lease_exactly_when_held
    CHECK ((holder IS NULL) = (lease_until IS NULL))
);

-- The way to what is open, for counting it: a few rows of many. By a column that a renewal leaves alone, so that
-- renewals stay heap-only. IF NOT EXISTS: on a large table, build it beforehand, CONCURRENTLY, under this name.
CREATE INDEX IF NOT EXISTS idempotency_record_open_idx ON idempotency_record (created_at) WHERE state = 'in_progress';
