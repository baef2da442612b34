import { limits } from '../limits.js';
import type { JsonSchema } from '../json-schema.js';

/** Clients and proxies that normalize URLs take these for steps in a path, encoded or not: such a record is out of reach. */
const NO_DOT_SEGMENT = String.raw`(?!\.{1,2}$)`;

/** Schemas of single fields, each used by several messages. */
export const namespaceField = {
  type: 'string',
  minLength: 1,
  maxLength: limits.namespaceMaxLength,
  pattern: `^${NO_DOT_SEGMENT}[A-Za-z0-9._:-]+$`,
  description: 'The operation’s scope. `default` if absent. Not `.` or `..`.',
  examples: ['payments.charge'],
} satisfies JsonSchema;

export const keyField = {
  type: 'string',
  minLength: 1,
  maxLength: limits.keyMaxLength,
  pattern: `^${NO_DOT_SEGMENT}[\\x20-\\x7e]+$`,
  description:
    'The caller’s name for one logical operation: printable ASCII, case-sensitive, not `.` or `..`.',
  examples: ['order-1017'],
} satisfies JsonSchema;

export const messageIdField = {
  type: 'string',
  minLength: 1,
  maxLength: limits.keyMaxLength,
  pattern: '^[\\x20-\\x7e]+$',
  description: 'The message’s id: printable ASCII, case-sensitive.',
  examples: ['evt-1'],
} satisfies JsonSchema;

export const claimTokenField = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  description:
    'A UUID that proves ownership of the claim. Choose a new one for each execution and repeat it when you retry the call.',
  examples: ['6f1c2f0e-8f0b-4c9e-9a43-1f4f6f1f7a10'],
} satisfies JsonSchema;

export const fingerprintField = {
  type: 'string',
  minLength: 1,
  maxLength: limits.fingerprintMaxLength,
  pattern: '^[A-Za-z0-9._:+/=-]+$',
  description: 'The caller’s own digest of the request, compared as it stands.',
  examples: ['jcs-sha256:8ZkM3tXlTYw3wHkQ0mW7fY1rJxS2n2oCw8r4Qm3b1pE'],
} satisfies JsonSchema;

export const leaseMsField = {
  type: 'integer',
  minimum: limits.leaseMinMs,
  maximum: limits.leaseMaxMs,
  description: `How long the executor has before it is presumed gone, in milliseconds. Default ${limits.leaseDefaultMs}.`,
  examples: [30_000],
} satisfies JsonSchema;

export const retentionMsField = {
  type: 'integer',
  minimum: limits.retentionMinMs,
  maximum: limits.retentionMaxMs,
  description: `How long the outcome replays after completion, in milliseconds. Default ${limits.retentionDefaultMs}.`,
  examples: [86_400_000],
} satisfies JsonSchema;

export const waitMsField = {
  type: 'integer',
  minimum: 0,
  maximum: limits.waitMaxMs,
  description:
    'How long to wait for an execution in flight to end, in milliseconds. Default 0: answer at once.',
  examples: [5_000],
} satisfies JsonSchema;

export const onLeaseExpiryField = {
  enum: ['block', 'takeover'],
  description:
    'What happens when the lease ends without an outcome: `block` (default) lets nobody execute until the record is resolved; `takeover` lets the next claim execute. Fixed by the record’s first claim.',
  examples: ['block'],
} satisfies JsonSchema;

/** Free text for people: no control characters, so that it cannot forge a line in a log or a terminal. */
export function proseField(maxLength: number, description: string): JsonSchema {
  return { type: 'string', maxLength, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$', description };
}

export const timeField = {
  type: 'string',
  format: 'date-time',
  description: 'RFC 3339, UTC.',
  examples: ['2026-11-21T09:30:00.000Z'],
} satisfies JsonSchema;

/** Where the next page begins; opaque, so that it may change. */
export const cursorField = {
  type: 'string',
  minLength: 1,
  maxLength: 1_024,
  pattern: '^[A-Za-z0-9_-]+$',
  description: '`nextCursor` of the former page.',
} satisfies JsonSchema;

export const auditActionField = {
  enum: ['release', 'resolve', 'delete'],
  description: 'What was done to the record.',
  examples: ['resolve'],
} satisfies JsonSchema;

/** The same schema, or null where the field does not apply. */
export function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}
