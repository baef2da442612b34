/**
 * @typedef {object} Mutant
 * @property {string} guard What is taken out, in the words of docs/reliability.md.
 * @property {string} file In apps/idempotency-api/src.
 * @property {string} from Must occur in the file exactly once.
 * @property {string} to
 * @property {string[]} tests In apps/idempotency-api/test: at least one of their tests has to fail.
 */

const SQL = 'idempotency/persistence/sql';

/** @type {Mutant[]} */
export const mutants = [
  {
    guard: 'token check on completion',
    file: `${SQL}/complete-claims.ts`,
    from: '  AND r.claim_token = h.claim_token\n',
    to: '',
    tests: ['http/completions.test.ts'],
  },
  {
    guard: 'policy check on takeover',
    file: `${SQL}/grant-claims.ts`,
    from: "AND r.on_lease_expiry = 'takeover' AND r.lease_expires_at",
    to: 'AND r.lease_expires_at',
    tests: ['http/claim-decisions.test.ts'],
  },
  {
    guard: 'lease check on takeover',
    file: `${SQL}/grant-claims.ts`,
    from: "AND r.on_lease_expiry = 'takeover' AND r.lease_expires_at <= excluded.updated_at)",
    to: "AND r.on_lease_expiry = 'takeover')",
    tests: ['http/claim-decisions.test.ts'],
  },
  {
    guard: 'fingerprint check, where the claim is granted',
    file: `${SQL}/grant-claims.ts`,
    from: 'r.fingerprint IS NOT DISTINCT FROM excluded.fingerprint AND (',
    to: '(',
    tests: ['http/fingerprints.test.ts', 'persistence/grant-and-explanation.test.ts'],
  },
  {
    guard: 'fingerprint check, where an outcome is replayed',
    file: 'idempotency/domain/claim.ts',
    from: "return replay.fingerprint === claim.fingerprint ? { kind: 'replay', replay } : { kind: 'mismatch' };",
    to: "return { kind: 'replay', replay };",
    tests: ['http/fingerprints.test.ts', 'replay-cache/process.test.ts'],
  },
  {
    guard: 'row lock before a batch of completions',
    file: `${SQL}/complete-claims.ts`,
    from: '    FOR UPDATE\n',
    to: '',
    tests: ['concurrency/deadlocks.test.ts'],
  },
  {
    guard: 'row lock under which a claim is judged',
    file: `${SQL}/grant-claims.ts`,
    from: 'WHERE r.expires_at <= excluded.updated_at\n  OR (',
    to: 'WHERE r.expires_at <= excluded.updated_at\n  OR (r.state, r.claim_token) IS DISTINCT FROM (SELECT s.state, s.claim_token FROM idempotency_record s\n        WHERE (s.tenant, s.namespace, s.key) = (r.tenant, r.namespace, r.key))\n  OR (',
    tests: ['concurrency/races.test.ts', 'concurrency/one-executor.test.ts'],
  },
  {
    guard: 'retention guard for open records',
    file: 'retention/sql/sweep-records.ts',
    from: 'WHERE expires_at <= now() - ${LEFT_FOR}',
    to: "WHERE coalesce(expires_at, updated_at + retention_ms * interval '1 millisecond') <= now() - ${LEFT_FOR}",
    tests: ['retention/sweep.test.ts'],
  },
  {
    guard: 'cache invalidation by deletion',
    file: 'idempotency/replay-cache/replay-cache.ts',
    from: 'entry.generation === terms.generationOf(entry.replay) && ',
    to: '',
    tests: ['replay-cache/process.test.ts', 'replay-cache/redis.test.ts'],
  },
  {
    guard: 'cache invalidation by the end of retention',
    file: 'idempotency/replay-cache/replay-cache.ts',
    from: ' && !terms.mayHavePassed(entry.replay.expiresAt)',
    to: '',
    tests: ['replay-cache/retention-end.test.ts'],
  },
];
