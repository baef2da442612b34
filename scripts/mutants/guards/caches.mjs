import { SQL } from './statements.mjs';

/**
 * Replays from memory that say what PostgreSQL would.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const caches = [
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
  {
    guard: 'lease of what is known of deletions',
    file: 'idempotency/replay-cache/cache-lease.ts',
    edits: [['performance.now() - terms.askedAt < this.options.leaseMs', 'terms.askedAt > 0']],
    tests: ['replay-cache/cache-lease.test.ts'],
  },
  {
    guard: 'record that a value in Redis names',
    file: 'idempotency/replay-cache/replay-codec.ts',
    edits: [['if (identityOf(head) !== identityOf(key)) return undefined;', '']],
    tests: ['replay-cache/redis.test.ts'],
  },
  {
    guard: 'seal of a value in Redis',
    file: 'idempotency/replay-cache/redis-replays.ts',
    edits: [
      [
        'bytes && this.sealer.activeKey ? this.open(bytes, key) : bytes',
        'bytes && this.sealer.activeKey && isSealed(bytes) ? this.open(bytes, key) : bytes',
      ],
    ],
    tests: ['encryption/at-rest.test.ts'],
  },
  {
    guard: 'size of a value in Redis',
    file: 'idempotency/replay-cache/redis-replays.ts',
    edits: [['if (plain.length > MAX_VALUE_BYTES) return;', '']],
    tests: ['replay-cache/redis.test.ts'],
  },
  {
    guard: 'circuit breaker before Redis',
    file: 'infrastructure/redis/redis-connection.ts',
    edits: [['const FAILURES_TO_OPEN = 5;', 'const FAILURES_TO_OPEN = 5_000_000;']],
    tests: ['replay-cache/redis.test.ts'],
  },
  {
    guard: 'deletions that an answer from Redis is held against',
    file: 'idempotency/replay-cache/replay-cache.ts',
    edits: [
      [
        'const holds = entry !== undefined && terms !== undefined && stands(entry, terms);',
        'const holds = entry !== undefined && terms !== undefined;',
      ],
    ],
    tests: ['replay-cache/redis.test.ts'],
  },
  {
    guard: 'fingerprint check on a replay from memory',
    file: 'idempotency/idempotency.service.ts',
    edits: [['return answerFromReplay(known, claim);', "return { kind: 'replay', replay: known };"]],
    tests: ['replay-cache/process.test.ts'],
  },
  {
    guard: 'look at deletions from before the store is asked',
    file: 'idempotency/idempotency.service.ts',
    edits: [
      [
        'const terms = this.replays.terms();\n    const decision = await this.store.claim(claim);',
        'const decision = await this.store.claim(claim);\n    const terms = this.replays.terms();',
      ],
    ],
    tests: ['replay-cache/read-before-deletion.test.ts'],
  },
  {
    guard: 'generation that a deletion moves',
    file: `${SQL}/announce-deletion.ts`,
    edits: [['WHERE slot = $2 AND EXISTS (SELECT FROM announced)', 'WHERE slot = $2 AND false']],
    tests: ['replay-cache/process.test.ts'],
  },
  {
    guard: 'lease that a deletion waits',
    file: 'idempotency/persistence/idempotency.store.ts',
    edits: [['const LEASE_SLACK = 1.1;', 'const LEASE_SLACK = 0;']],
    tests: ['replay-cache/process.test.ts'],
  },
];
