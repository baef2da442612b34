/**
 * Longer than any statement can take (the statement timeout is a minute at most): an emptied row looks over to every
 * statement that is on its way, whenever that one has read the clock.
 */
const OVER_SINCE = `interval '1 minute'`;

/**
 * The SET list that empties a record and leaves it over, at the given SQL time: all that remains is its identity and
 * its fencing token. A claim that had read the clock before the record was even claimed may still be on its way; it
 * meets this row and gets a higher fencing token, where an absent row would let it begin with a lower one than the
 * executor of the deleted record has. The sweep takes the row when no such claim can be left.
 */
export function emptied(at: string): string {
  return `
    state = 'released',
    attempt = 1,
    relinquished = false,
    claim_token = NULL,
    fingerprint = NULL,
    owner = NULL,
    lease_expires_at = NULL,
    checkpoint_name = NULL,
    checkpoint_data = NULL,
    outcome = NULL,
    outcome_status = NULL,
    completed_at = NULL,
    deletion_announced_at = NULL,
    expires_at = ${at} - ${OVER_SINCE},
    updated_at = ${at}`;
}
