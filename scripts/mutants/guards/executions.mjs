import { SQL } from './statements.mjs';

/**
 * What the holder of a claim may do, and nobody else.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const executions = [
  {
    guard: 'token check on completion',
    file: `${SQL}/complete-claims.ts`,
    edits: [['  AND r.claim_token = h.claim_token\n', '']],
    tests: ['http/completions.test.ts'],
  },
  {
    guard: 'state check on completion',
    file: `${SQL}/complete-claims.ts`,
    edits: [["  AND r.state = 'in_progress'\n", '']],
    tests: ['http/completions.test.ts'],
  },
  {
    guard: 'comparison with the outcome that is stored',
    file: 'idempotency/domain/execution.ts',
    edits: [
      [
        'return sameOutcome(record.outcome, completion.outcome)',
        'return record.outcome !== (completion.outcome as unknown)',
      ],
    ],
    tests: ['http/completions.test.ts'],
  },
  {
    guard: 'row lock under which a completion takes its time',
    file: `${SQL}/locked-in-place.ts`,
    edits: [['    FOR UPDATE\n', '']],
    // What is written is judged by its locked version all the same; the time would be that from before the wait.
    tests: ['isolation/time-under-lock.test.ts'],
  },
  {
    guard: 'token check on renewal',
    file: `${SQL}/renew-leases.ts`,
    edits: [['  AND r.claim_token = h.claim_token\n', '']],
    tests: ['http/renewals.test.ts'],
  },
  {
    guard: 'state check on renewal',
    file: `${SQL}/renew-leases.ts`,
    edits: [["  AND r.state = 'in_progress'\n", '']],
    tests: ['http/renewals.test.ts', 'http/releases.test.ts'],
  },
  {
    guard: 'check that the holder has not said `unknown`, on renewal',
    file: `${SQL}/renew-leases.ts`,
    edits: [['  AND NOT r.relinquished\n', '']],
    tests: ['http/renewals.test.ts'],
  },
  {
    guard: 'lease that is not shortened by a renewal',
    file: `${SQL}/renew-leases.ts`,
    edits: [['greatest(\n    r.lease_expires_at,', 'greatest(\n    h.at,']],
    tests: ['http/renewals.test.ts'],
  },
  {
    guard: 'token check on release',
    file: `${SQL}/release-claim.ts`,
    edits: [['    AND r.claim_token = $4::uuid\n', '    AND $4::uuid IS NOT NULL\n']],
    tests: ['http/releases.test.ts'],
  },
  {
    guard: 'state check on release',
    file: `${SQL}/release-claim.ts`,
    edits: [["    AND r.state = 'in_progress'\n", '']],
    tests: ['http/releases.test.ts'],
  },
  {
    guard: 'audit entry of a release, once',
    file: `${SQL}/release-claim.ts`,
    edits: [["    AND NOT (r.relinquished AND $5 = 'unknown')\n", '']],
    tests: ['http/audit.test.ts'],
  },
  {
    guard: 'token check on a checkpoint',
    file: `${SQL}/write-checkpoint.ts`,
    edits: [['  AND r.claim_token = $2::uuid\n', '  AND $2::uuid IS NOT NULL\n']],
    tests: ['http/checkpoints.test.ts'],
  },
  {
    guard: 'state check on a checkpoint',
    file: `${SQL}/write-checkpoint.ts`,
    edits: [["  AND r.state = 'in_progress'\n", '']],
    tests: ['http/checkpoints.test.ts'],
  },
  {
    guard: 'check that the holder has not said `unknown`, on a checkpoint',
    file: `${SQL}/write-checkpoint.ts`,
    edits: [['  AND NOT r.relinquished\n', '']],
    tests: ['http/checkpoints.test.ts'],
  },
];
