/**
 * How calls share statements.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const batches = [
  {
    guard: 'no two statements with a record in common',
    file: 'infrastructure/batching/lane.ts',
    edits: [['    this.isHeldUp = this.mayShareRecord(count);\n', '']],
    tests: ['persistence/batcher.test.ts'],
  },
  {
    guard: 'bound of statements beside late ones',
    file: 'infrastructure/batching/lane.ts',
    edits: [['others < most && others - this.late < usual', 'others - this.late < usual']],
    tests: ['persistence/batcher-late.test.ts'],
  },
  {
    guard: 'look at whether a statement is late by now',
    file: 'infrastructure/batching/batcher.ts',
    edits: [['      else this.watch(lane);\n    });', '    });']],
    tests: ['persistence/batcher-late.test.ts'],
  },
  {
    guard: 'another try at what lost a race',
    file: 'infrastructure/batching/lost-races.ts',
    edits: [['if (!hasLostARace(error) || tries === MAX_TRIES) throw error;', 'throw error;']],
    tests: ['persistence/batcher-failures.test.ts'],
  },
  {
    guard: 'settled part of a batch that fails',
    file: 'idempotency/persistence/settle-batch.ts',
    edits: [['if (settled.size === 0) throw error;', 'throw error;']],
    tests: ['regression/settled-then-sent-again.test.ts'],
  },
  {
    guard: 'bound of the queue',
    file: 'infrastructure/batching/batcher.ts',
    edits: [['if (!lane || this.queued >= this.options.maxQueued) {', 'if (!lane) {']],
    tests: ['persistence/batcher.test.ts'],
  },
  {
    guard: 'answer to those who wait behind a silent store',
    file: 'infrastructure/batching/batcher.ts',
    edits: [
      [
        'unavailable && afterMs > SILENCE_MS ? lane.clear() : []',
        'unavailable && afterMs < 0 ? lane.clear() : []',
      ],
    ],
    tests: ['persistence/batcher-failures.test.ts'],
  },
  {
    guard: 'poisoned item that fails alone',
    file: 'infrastructure/batching/batcher.ts',
    edits: [['if (!unavailable && batch.length > 1) {', 'if (!unavailable && batch.length > 9999) {']],
    tests: ['persistence/batcher-failures.test.ts'],
  },
  {
    guard: 'one verdict for a call said twice',
    file: 'idempotency/persistence/settle-batch.ts',
    edits: [['call.sameAs = same;', '']],
    tests: ['http/claim-batches.test.ts', 'concurrency/races.test.ts'],
  },
  {
    guard: 'longer lease of a claim said twice',
    file: 'idempotency/persistence/settlements.ts',
    edits: [['leaseMs: Math.max(first.leaseMs, again.leaseMs),', 'leaseMs: again.leaseMs,']],
    tests: ['regression/same-token-longer-lease.test.ts'],
  },
  {
    guard: 'policy of a claim said twice',
    file: 'idempotency/persistence/settlements.ts',
    edits: [['onLeaseExpiry: first.onLeaseExpiry,\n', '']],
    tests: ['regression/same-token-other-policy.test.ts'],
  },
  {
    guard: 'request that tells two claims of one token apart',
    file: 'idempotency/persistence/settlements.ts',
    edits: [["`${claim.claimToken} ${claim.fingerprint ?? ''}`", '`${claim.claimToken}`']],
    tests: ['http/claim-batches.test.ts'],
  },
  {
    guard: 'token that tells two claims apart',
    file: 'idempotency/persistence/settlements.ts',
    edits: [["`${claim.claimToken} ${claim.fingerprint ?? ''}`", "`${claim.fingerprint ?? ''}`"]],
    tests: ['http/claim-batches.test.ts'],
  },
  {
    guard: 'order of the calls of one record',
    file: 'idempotency/persistence/settle-batch.ts',
    edits: [['if (undecided.has(call.identity)) continue;', '']],
    tests: ['http/claim-batches.test.ts'],
  },
  {
    guard: 'order in which rows are locked',
    file: 'idempotency/persistence/settle-batch.ts',
    edits: [
      ['[...calls].sort((one, other) => compareIdentities(one.identity, other.identity))', '[...calls]'],
    ],
    tests: ['concurrency/deadlocks.test.ts'],
  },
  {
    guard: 'connection that broke, which is not used again',
    file: 'infrastructure/database/statement-pool.ts',
    edits: [
      [
        'if (!error && this.mayKeep()) this.kept.push(connection);',
        'if (this.mayKeep()) this.kept.push(connection);',
      ],
    ],
    tests: ['persistence/statement-pool.test.ts'],
  },
];
