/** Answers used as examples by the documents: one story, the order 1017 being charged. */
const key = 'order-1017';
const namespace = 'payments.charge';
const claimToken = '6f1c2f0e-8f0b-4c9e-9a43-1f4f6f1f7a10';
const outcome = { status: 201, body: { chargeId: 'ch_91' } };
const checkpoint = { name: 'charge-created', data: { chargeId: 'ch_91' } };

const execute = {
  decision: 'execute',
  namespace,
  key,
  claimToken,
  fencingToken: 1_795_248_314_322_117,
  attempt: 1,
  leaseExpiresAt: '2026-11-21T09:30:30.000Z',
  checkpoint: null,
};

const replay = {
  decision: 'replay',
  namespace,
  key,
  outcome,
  completedAt: '2026-11-21T09:30:04.250Z',
  expiresAt: '2026-11-22T09:30:04.250Z',
  attempt: 1,
};

const record = {
  namespace,
  key,
  state: 'completed',
  attempt: 1,
  fencingToken: 1_795_248_314_322_117,
  onLeaseExpiry: 'block',
  owner: 'checkout-7c9f',
  fingerprint: 'jcs-sha256:8ZkM3tXlTYw3wHkQ0mW7fY1rJxS2n2oCw8r4Qm3b1pE',
  leaseExpiresAt: null,
  checkpoint: null,
  outcome,
  createdAt: '2026-11-21T09:30:00.000Z',
  updatedAt: '2026-11-21T09:30:04.250Z',
  completedAt: '2026-11-21T09:30:04.250Z',
  expiresAt: '2026-11-22T09:30:04.250Z',
};

export const examples = {
  execute,
  replay,
  record,
  claimBatch: {
    results: [
      { status: 201, ...execute },
      { status: 200, ...replay, key: 'order-1018' },
    ],
  },
  completionBatch: { results: [{ status: 200, ...record }] },
  page: { records: [{ ...record, outcome: { status: 201 } }], nextCursor: null },
  auditPage: {
    entries: [
      {
        id: 'b3a0f4de-5d0c-4c43-9d0e-0a53b7a2f6a1',
        at: '2026-11-21T09:31:00.250817Z',
        namespace,
        key,
        action: 'resolve',
        actor: 'operator',
        note: 'seen in the provider’s ledger',
        detail: { to: 'completed', attempt: 1 },
      },
    ],
    nextCursor: null,
  },
  renewed: { leaseExpiresAt: '2026-11-21T09:31:00.000Z' },
  checkpointed: { checkpoint, leaseExpiresAt: '2026-11-21T09:30:30.000Z' },
  deduplicated: {
    results: [
      { id: 'evt-1', first: true },
      { id: 'evt-2', first: true },
      { id: 'evt-1', first: false },
    ],
  },
  metrics: [
    '# HELP idempotency_claim_decisions_total Claims answered, by decision.',
    '# TYPE idempotency_claim_decisions_total counter',
    'idempotency_claim_decisions_total{decision="execute"} 1017',
    '',
  ].join('\n'),
  problemPage: '# OUTCOME_UNKNOWN\n\nThe operation may or may not have happened (409).\n',
  openApi: { openapi: '3.1.0', info: { title: 'Idempotency & Request Deduplication API', version: '0.1.0' } },
} as const;
