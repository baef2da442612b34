import { limits } from '../limits.js';
import type { JsonSchema } from '../json-schema.js';
import { proseField } from './fields.js';

const outcome = {
  type: 'object',
  description: 'What is replayed to duplicates: a success or a failure alike.',
  additionalProperties: false,
  properties: {
    status: { type: 'integer', minimum: limits.outcomeStatusMin, maximum: limits.outcomeStatusMax },
    headers: {
      type: 'object',
      description: 'Header fields by name (RFC 9110). Line breaks and other control characters are refused.',
      maxProperties: limits.outcomeHeadersMax,
      propertyNames: {
        pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        maxLength: limits.outcomeHeaderNameMaxLength,
      },
      additionalProperties: {
        type: 'string',
        maxLength: limits.outcomeHeaderValueMaxLength,
        pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$',
      },
    },
    body: { description: 'Any JSON. Absent, `null`, `""`, `0` and `false` come back as they went in.' },
    encoding: {
      enum: ['json', 'text', 'base64'],
      description: 'Absent means `json`. `text` and `base64` need a string as body, kept byte for byte.',
    },
  },
  allOf: [
    {
      if: { properties: { encoding: { const: 'text' } }, required: ['encoding'] },
      then: { properties: { body: { type: 'string' } }, required: ['body'] },
    },
    {
      if: { properties: { encoding: { const: 'base64' } }, required: ['encoding'] },
      then: { properties: { body: { type: 'string', format: 'base64' } }, required: ['body'] },
    },
  ],
  examples: [{ status: 201, headers: { location: '/charges/ch_91' }, body: { chargeId: 'ch_91' } }],
} satisfies JsonSchema;

const recordedOutcome = {
  ...outcome,
  description: 'An outcome as it is answered.',
  properties: {
    ...outcome.properties,
    stored: {
      const: 'none',
      description:
        'Headers and body were not stored, as the completion asked (`store: "none"`): their absence says nothing about them.',
    },
  },
} satisfies JsonSchema;

const checkpoint = {
  type: 'object',
  description: 'A named recovery point, kept for whoever continues the operation.',
  additionalProperties: false,
  required: ['name', 'data'],
  properties: {
    name: proseField(limits.checkpointNameMaxLength, 'The recovery point’s name.'),
    data: { description: 'Any JSON.' },
  },
  examples: [{ name: 'charge-created', data: { chargeId: 'ch_91' } }],
} satisfies JsonSchema;

export const outcomeSchemas = { Outcome: outcome, RecordedOutcome: recordedOutcome, Checkpoint: checkpoint };
