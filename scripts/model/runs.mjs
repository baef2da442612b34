// What is searched: each design as it has to hold, and each with one guard taken out.

/**
 * @typedef {object} Run
 * @property {string} model a file of docs/model/, without its ending
 * @property {string} flags for Spin's preprocessor
 * @property {string} expected the property that is violated, or none
 */

/** @type {readonly Run[]} */
export const RUNS = [
  { model: 'record', flags: '', expected: 'none' },
  { model: 'record', flags: '-DCLAIMS=3 -DORDERS=0', expected: 'none' },
  { model: 'record', flags: '-DLATE=1 -DORDERS=0', expected: 'none' },
  { model: 'record', flags: '-DNO_TOKEN_CHECK', expected: 'only_the_holder_ends_a_claim' },
  { model: 'record', flags: '-DNO_TOKEN_CHECK_ON_RELEASE', expected: 'only_the_holder_ends_a_claim' },
  { model: 'record', flags: '-DNO_POLICY_CHECK', expected: 'one_execution_under_block' },
  { model: 'record', flags: '-DNO_FINGERPRINT_CHECK', expected: 'one_request_per_key' },
  { model: 'record', flags: '-DNO_ROW_LOCK', expected: 'completed_is_final' },
  { model: 'record', flags: '-DNO_RETENTION_GUARD', expected: 'open_is_kept' },
  { model: 'record', flags: '-DNO_MONOTONE_FENCE', expected: 'fencing_tokens_grow' },
  { model: 'record', flags: '-DNO_LET_GO_CHECK', expected: 'let_go_is_for_good' },
  { model: 'record', flags: '-DNO_STATE_CHECK_ON_CLAIM', expected: 'completed_is_final' },
  { model: 'record', flags: '-DNO_STATE_CHECK_ON_COMPLETION', expected: 'only_the_holder_ends_a_claim' },
  { model: 'record', flags: '-DNO_OUTCOME_COMPARISON', expected: 'acknowledged_is_kept' },
  { model: 'record', flags: '-DNO_UNKNOWN_CHECK', expected: 'only_the_unknown_is_resolved' },
  { model: 'record', flags: '-DNO_EMPTIED_ROW', expected: 'fencing_tokens_grow' },
  { model: 'record', flags: '-DNO_FORCE_CHECK', expected: 'open_is_kept' },
  { model: 'record', flags: '-DNO_FENCE_CHECK_ON_ERASURE', expected: 'acknowledged_is_kept' },
  { model: 'record', flags: '-DNO_SWEEP_DELAY', expected: 'fencing_tokens_grow' },
  { model: 'record', flags: '-DNO_LEASE_CHECK -DORDERS=0', expected: 'a_live_lease_is_respected' },
  {
    model: 'record',
    flags: '-DNEW_GRANT_FOR_A_CLAIM_SAID_AGAIN -DASKS=2',
    expected: 'a_claim_said_again_is_the_same',
  },
  { model: 'record', flags: '-DMISSING_MEANS_EXECUTE -DASKS=2', expected: 'one_execution_per_claim' },
  { model: 'replay-cache', flags: '', expected: 'none' },
  { model: 'replay-cache', flags: '-DONE_LEASE', expected: 'no_replay_once_claimable' },
  { model: 'replay-cache', flags: '-DTWO_LEASES', expected: 'no_replay_once_claimable' },
  { model: 'replay-cache', flags: '-DTWO_LEASES -DLEASE=1 -DCOMMIT_WITHIN=1', expected: 'none' },
  {
    model: 'replay-cache',
    flags: '-DTWO_LEASES -DLEASE=1 -DCOMMIT_WITHIN=2',
    expected: 'no_replay_once_claimable',
  },
  { model: 'replay-cache', flags: '-DMARGIN=1 -DLEASE=1 -DCOMMIT_WITHIN=1', expected: 'none' },
  {
    model: 'replay-cache',
    flags: '-DMARGIN=1 -DLEASE=1 -DCOMMIT_WITHIN=2',
    expected: 'no_replay_once_claimable',
  },
  { model: 'replay-cache', flags: '-DNO_WAIT', expected: 'no_replay_once_claimable' },
  { model: 'replay-cache', flags: '-DNO_MARK', expected: 'no_replay_once_claimable' },
  { model: 'replay-cache', flags: '-DNO_GENERATION', expected: 'no_replay_once_claimable' },
  {
    model: 'replay-cache',
    flags: '-DNO_EARLY_END -DTWO_LEASES -DCOMMIT_WITHIN=2',
    expected: 'no_replay_once_claimable',
  },
  { model: 'replay-cache', flags: '-DTERMS_AFTER_READ', expected: 'no_replay_once_claimable' },
  { model: 'replay-cache', flags: '-DLEASE_FROM_ANSWER', expected: 'no_replay_once_claimable' },
];
