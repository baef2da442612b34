import { SQL } from './statements.mjs';

/**
 * Who may execute: the statements that grant, and the words in which a refusal is explained.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const claims = [
  {
    guard: 'policy check on takeover',
    file: `${SQL}/grant-claims.ts`,
    edits: [["AND r.on_lease_expiry = 'takeover' AND r.lease_expires_at", 'AND r.lease_expires_at']],
    // Over HTTP the look before it refuses too, from the same conditions in the domain.
    tests: ['persistence/grant-and-explanation.test.ts'],
  },
  {
    guard: 'lease check on takeover',
    file: `${SQL}/grant-claims.ts`,
    edits: [
      [
        "AND r.on_lease_expiry = 'takeover' AND r.lease_expires_at <= excluded.updated_at)",
        "AND r.on_lease_expiry = 'takeover')",
      ],
    ],
    tests: ['persistence/grant-and-explanation.test.ts'],
  },
  {
    guard: 'policy check, where a record is looked at',
    file: 'idempotency/domain/claim.ts',
    edits: [["      if (record.onLeaseExpiry === 'block') return { kind: 'outcome_unknown' };\n", '']],
    tests: ['http/claim-decisions.test.ts'],
  },
  {
    guard: 'lease check, where a record is looked at',
    file: 'idempotency/domain/claim.ts',
    edits: [
      [
        "      if (!leaseIsOver(record)) return { kind: 'in_progress', leaseLeftMs: leaseLeftMs(record) };\n",
        '',
      ],
    ],
    tests: ['http/claim-decisions.test.ts'],
  },
  {
    guard: 'fingerprint check, where the claim is granted',
    file: `${SQL}/grant-claims.ts`,
    edits: [['r.fingerprint IS NOT DISTINCT FROM excluded.fingerprint AND (', '(']],
    tests: ['persistence/grant-and-explanation.test.ts'],
  },
  {
    guard: 'fingerprint check, where an outcome is replayed',
    file: 'idempotency/domain/claim.ts',
    edits: [
      [
        "return replay.fingerprint === claim.fingerprint ? { kind: 'replay', replay } : { kind: 'mismatch' };",
        "return { kind: 'replay', replay };",
      ],
    ],
    tests: ['http/fingerprints.test.ts', 'replay-cache/process.test.ts'],
  },
  {
    guard: 'row lock under which a claim is judged',
    file: `${SQL}/grant-claims.ts`,
    // ON CONFLICT cannot but lock. What the lock is for is that the locked version is judged; without it there would be
    // only what the statement's snapshot has, read by a plain SELECT: an inner `r` that hides the locked one.
    edits: [
      [
        'WHERE r.expires_at <= excluded.updated_at\n  OR (',
        'WHERE EXISTS (SELECT FROM idempotency_record r WHERE r.identity = excluded.identity\n  AND (r.expires_at <= excluded.updated_at\n  OR (',
      ],
      [
        'r.claim_token IS DISTINCT FROM excluded.claim_token)))',
        'r.claim_token IS DISTINCT FROM excluded.claim_token)))))',
      ],
    ],
    tests: [
      'isolation/interleavings.test.ts',
      'concurrency/races.test.ts',
      'concurrency/one-executor.test.ts',
    ],
  },
  {
    guard: 'let-go check, where the claim is granted',
    file: `${SQL}/grant-claims.ts`,
    edits: [
      [
        "r.state = 'released' AND r.claim_token IS DISTINCT FROM excluded.claim_token)))",
        "r.state = 'released')))",
      ],
    ],
    tests: ['persistence/grant-and-explanation.test.ts'],
  },
  {
    guard: 'let-go check, where a record is looked at',
    file: 'idempotency/domain/claim.ts',
    edits: [
      [
        "return sameToken ? { kind: 'lost' } : 'again';\n    case 'in_progress'",
        "return 'again';\n    case 'in_progress'",
      ],
    ],
    tests: ['persistence/grant-and-explanation.test.ts'],
  },
  {
    guard: 'check that the holder has not said `unknown`, where the claim is granted',
    file: `${SQL}/grant-claims.ts`,
    edits: [[' AND NOT r.relinquished)', ')']],
    tests: ['persistence/grant-and-explanation.test.ts'],
  },
  {
    guard: 'fencing tokens that grow though the clock goes back',
    file: `${SQL}/grant-claims.ts`,
    edits: [
      ['ELSE greatest(r.fencing_token + 1, excluded.fencing_token) END', 'ELSE excluded.fencing_token END'],
    ],
    tests: ['http/claim-tokens.test.ts'],
  },
  {
    guard: 'lease that is not shortened by a claim said again',
    file: `${SQL}/grant-claims.ts`,
    edits: [
      ['THEN greatest(r.lease_expires_at, excluded.lease_expires_at)', 'THEN excluded.lease_expires_at'],
    ],
    tests: ['http/claim-tokens.test.ts'],
  },
  {
    guard: 'policy that the first claim fixes',
    file: `${SQL}/grant-claims.ts`,
    edits: [
      [
        'THEN excluded.on_lease_expiry ELSE r.on_lease_expiry END',
        'THEN excluded.on_lease_expiry ELSE excluded.on_lease_expiry END',
      ],
    ],
    tests: ['http/claim-tokens.test.ts'],
  },
];
