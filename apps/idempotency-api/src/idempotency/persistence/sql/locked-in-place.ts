/**
 * The given rows (alias `c`) whose records are there, each with its record's place and the time, as the table of a FROM clause: what
 * writes records that have to be locked first joins them by `r.ctid = h.place`.
 *
 * Locks: the lateral FOR UPDATE takes the rows in the order of the arrays, which are sorted by primary key and hold
 * no key twice, so that two batches wait for each other in one direction only.
 *
 * A locked row stays where it is, so it can be written there. Joined by its key once more, it would be looked up twice; and the
 * planner could begin with the table, all of it, in a plan that was made when it was all but empty and is kept when it has grown
 * (`plans-of-a-young-table.test.ts`). A row that somebody else changed while we waited for its lock is locked in its new version,
 * which the statement does not see: it is not written, and its call goes round again.
 *
 * Time: read after the lock is held.
 */
export function lockedInPlace(givenRows: string): string {
  return `(
  SELECT c.*, locked.place, clock_timestamp() AS at
  FROM ${givenRows}
  CROSS JOIN LATERAL (
    SELECT r.ctid AS place
    FROM idempotency_record r
    WHERE r.identity = c.identity
    LIMIT 1
    FOR UPDATE
  ) locked
)`;
}
