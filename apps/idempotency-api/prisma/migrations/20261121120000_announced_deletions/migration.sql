-- When the deletion of a completed record was announced: from then on no replica keeps its outcome in memory
-- (docs/adr/0010-replay-cache.md). Null in almost every row, where it takes no space.
ALTER TABLE idempotency_record ADD COLUMN deletion_announced_at timestamptz;

-- NOT VALID: rows that are there have no such time, so that reading them all under the table's lock would tell nothing.
ALTER TABLE idempotency_record ADD CONSTRAINT only_a_completed_record_is_announced
  CHECK (deletion_announced_at IS NULL OR state = 'completed') NOT VALID;
