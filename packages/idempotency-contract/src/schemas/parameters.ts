import { limits } from '../limits.js';
import type { JsonSchema } from '../json-schema.js';
import { problemCodes } from '../problems.js';
import { auditActionField, cursorField, keyField, namespaceField, waitMsField } from './fields.js';

/** Path and query parameters, one schema a call: validated as an object, documented one by one. */
export const parameterSchemas = {
  RecordPath: {
    type: 'object',
    additionalProperties: false,
    required: ['namespace', 'key'],
    properties: {
      namespace: { ...namespaceField, description: 'The record’s namespace.' },
      key: { ...keyField, description: 'The record’s key, percent-encoded.' },
    },
  },
  ProblemPath: {
    type: 'object',
    additionalProperties: false,
    required: ['code'],
    properties: {
      code: { enum: problemCodes, description: 'The code of a problem.', examples: ['OUTCOME_UNKNOWN'] },
    },
  },
  GetRecordQuery: {
    type: 'object',
    additionalProperties: false,
    properties: { waitMs: waitMsField },
  },
  ListRecordsQuery: {
    type: 'object',
    additionalProperties: false,
    properties: {
      namespace: { ...namespaceField, description: 'Only this namespace.' },
      state: {
        enum: ['in_progress', 'outcome_unknown', 'completed', 'released'],
        description: 'Only records seen in this state.',
        examples: ['outcome_unknown'],
      },
      createdBefore: {
        type: 'string',
        format: 'date-time',
        description: 'Only records created before this time (RFC 3339).',
        examples: ['2026-11-21T09:30:00Z'],
      },
      cursor: { ...cursorField, examples: ['WyJwYXltZW50cy5jaGFyZ2UiLCJvcmRlci0xMDE3Il0'] },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: limits.pageMax,
        description: `Records a page at the most. Default ${limits.pageDefault}.`,
        examples: [limits.pageDefault],
      },
    },
  },
  ListAuditQuery: {
    type: 'object',
    additionalProperties: false,
    properties: {
      namespace: { ...namespaceField, description: 'Only this namespace.' },
      key: { ...keyField, description: 'Only this record; needs `namespace`.' },
      action: { ...auditActionField, description: 'Only this action.' },
      since: {
        type: 'string',
        format: 'date-time',
        description: 'Only entries of this time or later (RFC 3339).',
        examples: ['2026-11-21T00:00:00Z'],
      },
      cursor: { ...cursorField, examples: ['WyIyMDI2LTExLTIxVDA5OjMxOjAwLjAwMDAwMFoiLCI2ZjFjMmYwZSJd'] },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: limits.pageMax,
        description: `Entries a page at the most. Default ${limits.pageDefault}.`,
        examples: [limits.pageDefault],
      },
    },
    dependentRequired: { key: ['namespace'] },
  },
  DeleteRecordQuery: {
    type: 'object',
    additionalProperties: false,
    properties: {
      force: {
        type: 'boolean',
        description: 'Delete even in progress or unknown. Only when you know that nobody executes.',
        examples: [false],
      },
    },
  },
} satisfies Record<string, JsonSchema>;
