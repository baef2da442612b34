/**
 * Callers who wait for an execution to end.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const waiting = [
  {
    guard: 'caller who has gone, for whom nothing is claimed',
    file: 'idempotency/idempotency.service.ts',
    edits: [
      ["if (end !== 'ended') return answer;", "if (end === 'timeout' || end === 'draining') return answer;"],
    ],
    tests: ['http/waiting-claims.test.ts', 'waiting/ends.test.ts', 'waiting/bounds.test.ts'],
  },
  {
    guard: 'bound of waiters',
    file: 'idempotency/waiting/execution-waiters.ts',
    edits: [['this.draining || this.count >= this.options.max', 'this.draining']],
    tests: ['waiting/bounds.test.ts'],
  },
  {
    guard: 'answer to those who wait when the service stops',
    file: 'idempotency/waiting/execution-waiters.ts',
    edits: [["for (const waiter of this.all()) waiter.end('draining');", '']],
    tests: ['waiting/waiter.test.ts', 'waiting/bounds.test.ts'],
  },
  {
    guard: 'end that came before the question',
    file: 'idempotency/waiting/execution-waiters.ts',
    edits: [["if (this.pending === 'ended') this.pending = undefined;", '']],
    tests: ['waiting/waiter.test.ts'],
  },
  {
    guard: 'end that comes while the store is asked',
    file: 'idempotency/waiting/execution-waiters.ts',
    edits: [['if (this.pending) return this.pending;', '']],
    tests: ['waiting/waiter.test.ts'],
  },
  {
    guard: 'answer to those who wait for a silent store',
    file: 'idempotency/waiting/execution-waiters.ts',
    edits: [['if (isSilent) waiter.fail(error);\n        else', '']],
    tests: ['waiting/waiter.test.ts'],
  },
];
