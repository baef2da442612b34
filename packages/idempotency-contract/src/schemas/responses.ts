import { schemaRef, type JsonSchema } from '../json-schema.js';
import { problemCodes } from '../problems.js';
import {
  auditActionField,
  claimTokenField,
  keyField,
  messageIdField,
  namespaceField,
  onLeaseExpiryField,
  orNull,
  timeField,
} from './fields.js';

const attempt = { type: 'integer', minimum: 1, description: 'How many times execution was granted.' };
const fencingToken = {
  type: 'integer',
  minimum: 1,
  description:
    'Grows with every new claim of the record: pass it downstream, where a smaller one can be refused.',
};

const recordProperties = {
  namespace: namespaceField,
  key: keyField,
  state: { enum: ['in_progress', 'outcome_unknown', 'completed', 'released'] },
  attempt,
  fencingToken,
  onLeaseExpiry: onLeaseExpiryField,
  owner: { type: ['string', 'null'] },
  fingerprint: { type: ['string', 'null'] },
  leaseExpiresAt: orNull(timeField),
  checkpoint: orNull(schemaRef('Checkpoint')),
  outcome: orNull(schemaRef('RecordedOutcome')),
  createdAt: timeField,
  updatedAt: timeField,
  completedAt: orNull(timeField),
  expiresAt: orNull(timeField),
};

const summaryProperties = {
  ...recordProperties,
  checkpoint: orNull(closedObject({ name: { type: 'string' } })),
  outcome: orNull(closedObject({ status: { type: 'integer' } }, [])),
};

const executeProperties = {
  decision: { const: 'execute' },
  namespace: namespaceField,
  key: keyField,
  claimToken: claimTokenField,
  fencingToken,
  attempt,
  leaseExpiresAt: timeField,
  checkpoint: orNull(schemaRef('Checkpoint')),
};

const replayProperties = {
  decision: { const: 'replay' },
  namespace: namespaceField,
  key: keyField,
  outcome: schemaRef('RecordedOutcome'),
  completedAt: timeField,
  expiresAt: timeField,
  attempt,
};

/** An object with these members and no others; all required unless said. */
function closedObject(
  properties: Record<string, unknown>,
  required: string[] = Object.keys(properties),
): JsonSchema {
  return { type: 'object', additionalProperties: false, required, properties };
}

function listOf(name: string): JsonSchema {
  return closedObject({ results: { type: 'array', items: schemaRef(name) } });
}

export const responseSchemas = {
  ExecuteDecision: closedObject(executeProperties),
  ReplayDecision: closedObject(replayProperties),
  ClaimBatchResult: {
    oneOf: [
      closedObject({ status: { const: 201 }, ...executeProperties }),
      closedObject({ status: { const: 200 }, ...replayProperties }),
      schemaRef('Problem'),
    ],
  },
  ClaimBatchResponse: listOf('ClaimBatchResult'),
  IdempotencyRecord: closedObject(recordProperties),
  RecordSummary: closedObject(summaryProperties),
  RecordPage: closedObject({
    records: { type: 'array', items: schemaRef('RecordSummary') },
    nextCursor: { type: ['string', 'null'] },
  }),
  AuditEntry: closedObject({
    id: { type: 'string', description: 'Names the entry; a UUID.' },
    at: timeField,
    namespace: namespaceField,
    key: keyField,
    action: auditActionField,
    actor: { type: 'string', description: 'Who did it: `holder` of the claim, or the operator.' },
    note: { type: ['string', 'null'], description: 'The reason that was given.' },
    detail: {
      type: 'object',
      description: 'What the record was, and what was asked for: never an outcome, a body or a token.',
    },
  }),
  AuditPage: closedObject({
    entries: { type: 'array', items: schemaRef('AuditEntry') },
    nextCursor: { type: ['string', 'null'] },
  }),
  CompletionBatchResult: {
    oneOf: [closedObject({ status: { const: 200 }, ...recordProperties }), schemaRef('Problem')],
  },
  CompletionBatchResponse: listOf('CompletionBatchResult'),
  RenewResponse: closedObject({ leaseExpiresAt: timeField }),
  CheckpointResponse: closedObject({ checkpoint: schemaRef('Checkpoint'), leaseExpiresAt: timeField }),
  ReleaseResponse: closedObject({ state: { enum: ['released', 'outcome_unknown', 'in_progress'] } }),
  DeduplicationResponse: listOf('DeduplicationResult'),
  DeduplicationResult: closedObject({ id: messageIdField, first: { type: 'boolean' } }),
  HealthResponse: closedObject({ status: { enum: ['ok', 'draining'] } }),
  Problem: {
    ...closedObject(
      {
        type: { type: 'string', format: 'uri-reference' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string' },
        instance: { type: 'string' },
        code: { enum: problemCodes },
        retryable: { type: 'boolean' },
        requestId: { type: 'string' },
        retryAfterMs: { type: 'integer', minimum: 0 },
        errors: {
          type: 'array',
          items: closedObject({ pointer: { type: 'string' }, detail: { type: 'string' } }),
        },
      },
      ['type', 'title', 'status', 'detail', 'instance', 'code', 'retryable', 'requestId'],
    ),
    description: 'RFC 9457.',
  },
};
