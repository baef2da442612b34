import { listAudit } from './audit-operation.js';
import { examples } from './examples.js';
import type { Operation } from './operation.js';
import { serviceOperations } from './service-operations.js';

const recordPath = '/v1/records/{namespace}/{key}';

/** The whole HTTP contract, v1. The service mounts exactly these; a test compares. */
export const operations = {
  claim: {
    id: 'claim',
    method: 'POST',
    path: '/v1/claims',
    tag: 'Claims',
    scopes: ['execute'],
    summary: 'Claim a key: may I execute?',
    description:
      'Ask before doing something that must not happen twice. 201: you are the one executor. 200: it is done, here is the outcome. Anything else: do not execute.',
    body: 'ClaimRequest',
    responses: {
      201: {
        description: 'You are the one executor until the lease ends.',
        schema: 'ExecuteDecision',
        examples: { execute: examples.execute },
      },
      200: {
        description: 'The operation is done: replay its outcome. `Idempotent-Replayed: true`.',
        schema: 'ReplayDecision',
        examples: { replay: examples.replay },
      },
    },
    problems: [
      'CLAIM_IN_PROGRESS',
      'OUTCOME_UNKNOWN',
      'CLAIM_LOST',
      'FINGERPRINT_MISMATCH',
      'RATE_LIMITED',
      'QUOTA_EXCEEDED',
    ],
    store: true,
  },
  claimBatch: {
    id: 'claimBatch',
    method: 'POST',
    path: '/v1/claims/batch',
    tag: 'Claims',
    scopes: ['execute'],
    summary: 'Claim up to 500 keys',
    description:
      'Each result is the status and body that the single call would have answered, in order; a key twice in one batch: the second sees the first. An invalid item refuses the whole batch before anything is done.',
    body: 'ClaimBatchRequest',
    responses: {
      200: {
        description: 'One result a claim, problems included.',
        schema: 'ClaimBatchResponse',
        examples: { batch: examples.claimBatch },
      },
    },
    problems: ['RATE_LIMITED'],
    store: true,
  },
  complete: {
    id: 'complete',
    method: 'POST',
    path: `${recordPath}/complete`,
    tag: 'Executions',
    scopes: ['execute'],
    summary: 'Store the outcome',
    description:
      'Success or failure alike. Repeating the call with the same token and outcome answers 200. An executor whose lease ran out may still complete, unless somebody took over or resolved.',
    params: 'RecordPath',
    body: 'CompleteRequest',
    responses: {
      200: { description: 'Stored.', schema: 'IdempotencyRecord', examples: { completed: examples.record } },
    },
    problems: ['RECORD_NOT_FOUND', 'CLAIM_LOST', 'OUTCOME_CONFLICT', 'OUTCOME_TOO_LARGE'],
    store: true,
  },
  completeBatch: {
    id: 'completeBatch',
    method: 'POST',
    path: '/v1/completions/batch',
    tag: 'Executions',
    scopes: ['execute'],
    summary: 'Store up to 500 outcomes',
    description: 'Each result is the status and body that the single call would have answered, in order.',
    body: 'CompletionBatchRequest',
    responses: {
      200: {
        description: 'One result a completion, problems included.',
        schema: 'CompletionBatchResponse',
        examples: { batch: examples.completionBatch },
      },
    },
    problems: [],
    store: true,
  },
  renew: {
    id: 'renew',
    method: 'POST',
    path: `${recordPath}/renew`,
    tag: 'Executions',
    scopes: ['execute'],
    summary: 'Extend the lease',
    description: 'A heartbeat. Revives a lease that ended, unless somebody took over or resolved.',
    params: 'RecordPath',
    body: 'RenewRequest',
    responses: {
      200: { description: 'Extended.', schema: 'RenewResponse', examples: { renewed: examples.renewed } },
    },
    problems: ['RECORD_NOT_FOUND', 'CLAIM_LOST'],
    store: true,
  },
  checkpoint: {
    id: 'checkpoint',
    method: 'POST',
    path: `${recordPath}/checkpoint`,
    tag: 'Executions',
    scopes: ['execute'],
    summary: 'Keep a recovery point',
    description:
      'Handed to whoever executes next after a takeover, a release or a resolution as `retry`. The last one counts.',
    params: 'RecordPath',
    body: 'CheckpointRequest',
    responses: {
      200: {
        description: 'Kept.',
        schema: 'CheckpointResponse',
        examples: { checkpoint: examples.checkpointed },
      },
    },
    problems: ['RECORD_NOT_FOUND', 'CLAIM_LOST', 'CHECKPOINT_TOO_LARGE'],
    store: true,
  },
  release: {
    id: 'release',
    method: 'POST',
    path: `${recordPath}/release`,
    tag: 'Executions',
    scopes: ['execute'],
    summary: 'Let go without an outcome',
    description:
      '`effect: none` says that nothing happened: the next claim executes. `effect: unknown` ends the lease now: under `block` the outcome is unknown at once, under `takeover` the next claim executes. A released token no longer claims.',
    params: 'RecordPath',
    body: 'ReleaseRequest',
    responses: {
      200: {
        description: 'Released; the state that it left behind.',
        schema: 'ReleaseResponse',
        examples: { released: { state: 'released' } },
      },
    },
    problems: ['RECORD_NOT_FOUND', 'CLAIM_LOST'],
    store: true,
  },
  resolve: {
    id: 'resolve',
    method: 'POST',
    path: `${recordPath}/resolve`,
    tag: 'Operators',
    scopes: ['operate'],
    summary: 'Settle an unknown outcome',
    description:
      'The operator’s answer after looking downstream: `completed` with the outcome, or `retry`. Audited.',
    params: 'RecordPath',
    body: 'ResolveRequest',
    responses: {
      200: { description: 'Settled.', schema: 'IdempotencyRecord', examples: { resolved: examples.record } },
    },
    problems: ['RECORD_NOT_FOUND', 'NOT_RESOLVABLE', 'OUTCOME_TOO_LARGE'],
    store: true,
  },
  getRecord: {
    id: 'getRecord',
    method: 'GET',
    path: recordPath,
    tag: 'Records',
    scopes: ['execute', 'operate'],
    summary: 'Read a record',
    description:
      'With `waitMs`, answers when the execution in flight ends or the time is over, whichever comes first.',
    params: 'RecordPath',
    query: 'GetRecordQuery',
    responses: {
      200: {
        description: 'The record as seen now.',
        schema: 'IdempotencyRecord',
        examples: { completed: examples.record },
      },
    },
    problems: ['RECORD_NOT_FOUND', 'RATE_LIMITED'],
    store: true,
  },
  listRecords: {
    id: 'listRecords',
    method: 'GET',
    path: '/v1/records',
    tag: 'Records',
    scopes: ['operate'],
    summary: 'List records',
    description:
      'In order of namespace and key. A page looks at a bounded number of rows, so it can be short or empty while `nextCursor` is set: go on until it is null.',
    query: 'ListRecordsQuery',
    responses: {
      200: { description: 'A page.', schema: 'RecordPage', examples: { page: examples.page } },
    },
    problems: ['RATE_LIMITED'],
    store: true,
  },
  deleteRecord: {
    id: 'deleteRecord',
    method: 'DELETE',
    path: recordPath,
    tag: 'Operators',
    scopes: ['operate'],
    summary: 'Forget a record',
    description: 'The key can be executed again afterwards. Open records only with `force=true`. Audited.',
    params: 'RecordPath',
    query: 'DeleteRecordQuery',
    responses: { 204: { description: 'Deleted.' } },
    problems: ['RECORD_NOT_FOUND', 'RECORD_OPEN'],
    store: true,
  },
  listAudit,
  deduplicate: {
    id: 'deduplicate',
    method: 'POST',
    path: '/v1/deduplications',
    tag: 'Deduplication',
    scopes: ['execute'],
    summary: 'Seen before?',
    description:
      'For message consumers: one atomic answer for up to 1,000 ids. `first` is true exactly once an id within its retention. Ids live in a space of their own, apart from claims’ keys.',
    body: 'DeduplicationRequest',
    responses: {
      200: {
        description: 'One result an id, in order.',
        schema: 'DeduplicationResponse',
        examples: { results: examples.deduplicated },
      },
    },
    problems: ['RATE_LIMITED', 'QUOTA_EXCEEDED'],
    store: true,
  },
  ...serviceOperations,
} as const satisfies Record<string, Operation>;
