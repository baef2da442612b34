import { limits } from '../limits.js';
import { schemaRef, type JsonSchema } from '../json-schema.js';
import {
  claimTokenField,
  fingerprintField,
  keyField,
  leaseMsField,
  messageIdField,
  namespaceField,
  onLeaseExpiryField,
  proseField,
  retentionMsField,
  waitMsField,
} from './fields.js';

const claimRequest = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: {
    namespace: namespaceField,
    key: keyField,
    request: {
      description:
        'What the key stands for: any JSON. Its fingerprint (SHA-256 of RFC 8785 canonical JSON) is kept, the request is not.',
    },
    fingerprint: fingerprintField,
    claimToken: claimTokenField,
    leaseMs: leaseMsField,
    retentionMs: retentionMsField,
    onLeaseExpiry: onLeaseExpiryField,
    waitMs: waitMsField,
    owner: proseField(limits.ownerMaxLength, 'Who claims, for people who read records.'),
  },
  dependentSchemas: { request: { properties: { fingerprint: false } } },
  examples: [
    {
      namespace: 'payments.charge',
      key: 'order-1017',
      request: { amount: 1250, currency: 'EUR' },
      claimToken: '6f1c2f0e-8f0b-4c9e-9a43-1f4f6f1f7a10',
      leaseMs: 30_000,
    },
  ],
} satisfies JsonSchema;

const completeProperties = {
  claimToken: claimTokenField,
  outcome: schemaRef('Outcome'),
  retentionMs: retentionMsField,
  store: {
    enum: ['outcome', 'none'],
    description:
      '`none` keeps that the operation completed, its status and a digest that tells a repetition from a conflict; headers and body are not stored. Default `outcome`.',
  },
};

const exampleOutcome = { status: 201, body: { chargeId: 'ch_91' } };
const exampleToken = claimTokenField.examples[0];

export const requestSchemas = {
  ClaimRequest: claimRequest,
  ClaimBatchRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['claims'],
    properties: {
      claims: {
        type: 'array',
        minItems: 1,
        maxItems: limits.claimBatchMax,
        items: schemaRef('ClaimRequest'),
      },
    },
    examples: [{ claims: [{ key: 'order-1017' }, { key: 'order-1018' }] }],
  },
  CompleteRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['claimToken', 'outcome'],
    properties: completeProperties,
    examples: [{ claimToken: exampleToken, outcome: exampleOutcome }],
  },
  CompletionItem: {
    type: 'object',
    additionalProperties: false,
    required: ['key', 'claimToken', 'outcome'],
    properties: { namespace: namespaceField, key: keyField, ...completeProperties },
  },
  CompletionBatchRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['completions'],
    properties: {
      completions: {
        type: 'array',
        minItems: 1,
        maxItems: limits.completionBatchMax,
        items: schemaRef('CompletionItem'),
      },
    },
    examples: [{ completions: [{ key: 'order-1017', claimToken: exampleToken, outcome: exampleOutcome }] }],
  },
  RenewRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['claimToken'],
    properties: {
      claimToken: claimTokenField,
      leaseMs: {
        ...leaseMsField,
        description:
          'The lease counted from now, in milliseconds; absent means as long as the claim asked for. Never moves the end backwards.',
      },
    },
    examples: [{ claimToken: exampleToken, leaseMs: 30_000 }],
  },
  CheckpointRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['claimToken', 'name'],
    properties: {
      claimToken: claimTokenField,
      name: {
        ...proseField(limits.checkpointNameMaxLength, 'The recovery point’s name.'),
        minLength: 1,
      },
      data: { description: 'Any JSON, at most 64 KiB. Absent is stored as null.' },
    },
    examples: [{ claimToken: exampleToken, name: 'charge-created', data: { chargeId: 'ch_91' } }],
  },
  ReleaseRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['claimToken', 'effect'],
    properties: {
      claimToken: claimTokenField,
      effect: {
        enum: ['none', 'unknown'],
        description:
          '`none`: nothing happened, the next claim may execute. `unknown`: ends the lease now, and the policy decides.',
      },
      reason: proseField(limits.reasonMaxLength, 'For the audit trail.'),
    },
    examples: [{ claimToken: exampleToken, effect: 'none', reason: 'card declined before capture' }],
  },
  ResolveRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['resolution'],
    properties: {
      resolution: {
        enum: ['completed', 'retry'],
        description:
          '`completed`: it happened, here is the outcome. `retry`: it did not, the next claim may execute.',
      },
      outcome: schemaRef('Outcome'),
      note: proseField(limits.reasonMaxLength, 'For the audit trail.'),
    },
    allOf: [
      {
        if: { properties: { resolution: { const: 'completed' } }, required: ['resolution'] },
        then: { required: ['outcome'] },
        else: { properties: { outcome: false } },
      },
    ],
    examples: [{ resolution: 'completed', outcome: exampleOutcome, note: 'seen in the provider’s ledger' }],
  },
  DeduplicationRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['ids'],
    properties: {
      namespace: namespaceField,
      ids: {
        type: 'array',
        minItems: 1,
        maxItems: limits.deduplicationBatchMax,
        items: messageIdField,
      },
      retentionMs: {
        ...retentionMsField,
        description: `How long an id is remembered, in milliseconds. Default ${limits.retentionDefaultMs}.`,
      },
    },
    examples: [{ namespace: 'orders.events', ids: ['evt-1', 'evt-2', 'evt-1'] }],
  },
};
