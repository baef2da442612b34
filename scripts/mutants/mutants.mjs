/**
 * @typedef {object} Mutant
 * @property {string} guard What is taken out, in the words of docs/reliability.md.
 * @property {string} file In apps/idempotency-api/src.
 * @property {[from: string, to: string][]} edits Each `from` must occur in the file exactly once.
 * @property {string[]} tests In apps/idempotency-api/test: at least one of their tests has to fail.
 */

const SQL = 'idempotency/persistence/sql';

/** @type {Mutant[]} */
export const mutants = [
  {
    guard: 'no two statements with a record in common',
    file: 'infrastructure/batching/lane.ts',
    edits: [['    this.isHeldUp = this.mayShareRecord(count);\n', '']],
    tests: ['persistence/batcher.test.ts'],
  },
  {
    guard: 'token check on completion',
    file: `${SQL}/complete-claims.ts`,
    edits: [['  AND r.claim_token = h.claim_token\n', '']],
    tests: ['http/completions.test.ts'],
  },
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
    guard: 'row lock under which a completion takes its time',
    file: `${SQL}/locked-in-place.ts`,
    edits: [['    FOR UPDATE\n', '']],
    // What is written is judged by its locked version all the same; the time would be that from before the wait.
    tests: ['isolation/time-under-lock.test.ts'],
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
    guard: 'settled part of a batch that fails',
    file: 'idempotency/persistence/settle-batch.ts',
    edits: [['if (settled.size === 0) throw error;', 'throw error;']],
    tests: ['regression/settled-then-sent-again.test.ts'],
  },
  {
    guard: 'cache invalidation by deletion',
    file: 'idempotency/replay-cache/replay-cache.ts',
    edits: [['entry.generation === terms.generationOf(entry.replay) && ', '']],
    tests: ['replay-cache/process.test.ts', 'replay-cache/redis.test.ts'],
  },
  {
    guard: 'cache invalidation by the end of retention',
    file: 'idempotency/replay-cache/replay-cache.ts',
    edits: [[' && !terms.mayHavePassed(entry.replay.expiresAt)', '']],
    tests: ['replay-cache/retention-end.test.ts'],
  },
];

/**
 * Those with the word in the name of their guard; all, if it is empty. Where there is none, the process ends and says which
 * there are: nothing taken out would look like nothing that survives.
 * @param {string} word
 * @returns {[Mutant, ...Mutant[]]}
 */
export function mutantsNamed(word) {
  const [first, ...others] = mutants.filter(({ guard }) => guard.includes(word));
  if (first !== undefined) return [first, ...others];
  const guards = mutants.map(({ guard }) => guard).join('; ');
  console.error(`mutants: no guard has "${word}" in its name; there are: ${guards}`);
  process.exit(2);
}

/**
 * The text without the guard. Throws where the guard is not in it: then nothing would have been taken out.
 * @param {string} source
 * @param {Mutant} mutant
 */
export function mutated(source, { guard, file, edits }) {
  return edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`the guard is not where it was: ${guard} (${file})`);
    return text.replace(from, () => to);
  }, source);
}
