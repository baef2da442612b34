/**
 * What is done behind the calls.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const background = [
  {
    guard: 'retention guard for open records',
    file: 'retention/sql/sweep-records.ts',
    edits: [
      [
        'WHERE expires_at <= now() - ${LEFT_FOR}',
        "WHERE coalesce(expires_at, updated_at + retention_ms * interval '1 millisecond') <= now() - ${LEFT_FOR}",
      ],
    ],
    tests: ['retention/sweep.test.ts'],
  },
  {
    guard: 'two minutes for which the sweep leaves what is over',
    file: 'retention/sql/sweep-records.ts',
    edits: [['now() - ${LEFT_FOR}', "now() - interval '0'"]],
    tests: ['retention/sweep.test.ts'],
  },
  {
    guard: 'retention of a deduplicated id',
    file: 'deduplication/persistence/sql/remember-ids.ts',
    edits: [['WHERE d.expires_at <= excluded.first_seen_at\n', '']],
    tests: ['concurrency/deduplication.test.ts'],
  },
  {
    guard: 'lease check on taking a task',
    file: 'background/sql/take-task.ts',
    edits: [['  AND (b.lease_until IS NULL OR b.lease_until <= excluded.due_at)\n', '']],
    tests: ['background/task-runner.test.ts'],
  },
  {
    guard: 'term check on keeping a task',
    file: 'background/sql/keep-task.ts',
    edits: [
      [
        'WHERE name = $1 AND term = $2::bigint AND holder = $3::uuid',
        'WHERE name = $1 AND $2::bigint IS NOT NULL AND $3::uuid IS NOT NULL',
      ],
    ],
    tests: ['background/task-runner.test.ts'],
  },
  {
    guard: 'term check on handing back a task',
    file: 'background/sql/hand-back-task.ts',
    edits: [
      [
        'WHERE name = $1 AND term = $2::bigint AND holder = $3::uuid',
        'WHERE name = $1 AND $2::bigint IS NOT NULL AND $3::uuid IS NOT NULL',
      ],
    ],
    tests: ['background/task-runner.test.ts'],
  },
];
