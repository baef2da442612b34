-- Whether the current attempt took the record over from a holder whose lease had ended. Written by each grant and read by
-- it alone, for counting: RETURNING cannot see the row as it was. Null in almost every row, where it takes no space.
ALTER TABLE idempotency_record ADD COLUMN is_takeover boolean;

INSERT INTO schema_compatibility (migration, builds_from)
VALUES ('20261122080000_counted_takeovers', '20261121160000_schema_compatibility');
