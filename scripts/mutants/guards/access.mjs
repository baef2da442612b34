/**
 * Who may call, where, how often, and for how much.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const access = [
  {
    guard: 'scope check',
    file: 'access/http/guard-calls.ts',
    edits: [['if (!caller.mayUse(scopes)) {', 'if (scopes.length > 99) {']],
    tests: ['access/routes.test.ts'],
  },
  {
    guard: 'namespace check',
    file: 'access/caller.ts',
    edits: [
      [
        'return mayBeThere ? this.options.tenant : null;',
        "return mayBeThere || namespace !== '' ? this.options.tenant : null;",
      ],
    ],
    tests: ['access/namespaces.test.ts'],
  },
  {
    guard: 'namespace check on what is listed across namespaces',
    file: 'access/caller.ts',
    edits: [
      [
        "if (this.options.namespaces.includes('*')) return this.options.tenant;",
        'if (this.options.namespaces.length > 0) return this.options.tenant;',
      ],
    ],
    tests: ['access/namespaces.test.ts'],
  },
  {
    guard: 'end of a token',
    file: 'access/authenticator.ts',
    edits: [["if (known.expiresAt !== null && known.expiresAt <= Date.now()) return 'invalid';", '']],
    tests: ['access/routes.test.ts'],
  },
  {
    guard: 'refusal of two credentials',
    file: 'access/http/guard-calls.ts',
    edits: [
      [
        "return given.length === 1 ? fields.authorization : '';",
        'return given.length > 0 ? fields.authorization : undefined;',
      ],
    ],
    tests: ['access/routes.test.ts'],
  },
  {
    guard: 'rate of calls',
    file: 'limits/tenant-limits.ts',
    edits: [['if (waitMs === 0) return;', 'if (waitMs >= 0) return;']],
    tests: ['limits/limits.test.ts'],
  },
  {
    guard: 'rate of the items of a batch',
    file: 'limits/tenant-limits.ts',
    edits: [
      [
        'if (rate) this.rates.charge(tenant, items - 1, rate);',
        'if (rate) this.rates.charge(tenant, 0 * items, rate);',
      ],
    ],
    tests: ['limits/limits.test.ts'],
  },
  {
    guard: 'claims on their way, which count as open',
    file: 'limits/open-claims.ts',
    edits: [['return this.asking + this.sinceCount;', 'return this.sinceCount;']],
    tests: ['limits/open-claims.test.ts'],
  },
  {
    guard: 'way of duplicates past a full quota',
    file: 'limits/tenant-limits.ts',
    edits: [['if (refusal && !(await claim.isTaken())) throw', 'if (refusal) throw']],
    tests: ['limits/limits.test.ts'],
  },
  {
    guard: 'longest lease of a namespace',
    file: 'policies/terms.ts',
    edits: [['if ((asked.leaseMs ?? 0) > terms.leaseMaxMs) {', 'if ((asked.leaseMs ?? 0) < 0) {']],
    tests: ['policies/policies.test.ts'],
  },
  {
    guard: 'longest retention of a namespace',
    file: 'policies/terms.ts',
    edits: [
      ['if ((asked.retentionMs ?? 0) > terms.retentionMaxMs) {', 'if ((asked.retentionMs ?? 0) < 0) {'],
    ],
    tests: ['policies/policies.test.ts'],
  },
  {
    guard: 'policies that a namespace allows',
    file: 'policies/terms.ts',
    edits: [
      [
        '!terms.allowedOnLeaseExpiry.includes(asked.onLeaseExpiry)',
        'terms.allowedOnLeaseExpiry.length === 0',
      ],
    ],
    tests: ['policies/policies.test.ts'],
  },
  {
    guard: 'quota of stored bytes for new ids',
    file: 'limits/tenant-limits.ts',
    edits: [
      [
        "const refusal = this.refuses(tenant, ['storedBytes']);\n    if (refusal) throw",
        "const refusal = this.refuses(tenant, ['storedBytes']);\n    if (refusal && tenant === '') throw",
      ],
    ],
    tests: ['limits/limits.test.ts'],
  },
  {
    guard: 'calls that may come at once',
    file: 'limits/request-rates.ts',
    edits: [
      [
        'const early = fullAt - now - (rate.burst - 1) * perCall;',
        'const early = fullAt - now - 99 * rate.burst * perCall;',
      ],
    ],
    tests: ['limits/request-rates.test.ts'],
  },
];
