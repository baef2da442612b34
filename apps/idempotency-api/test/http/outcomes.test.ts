import { describe, expect, it } from 'vitest';
import { limits, type JsonValue, type Outcome } from '@infra-services/idempotency-contract';
import type { ApiClient } from '../support/api-client.js';
import { endLease, holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';

/** Stores an outcome and gathers every answer that it appears in. */
async function everyAppearance(api: ApiClient, outcome: Outcome): Promise<Record<string, unknown>> {
  const { key, claimToken } = await holdClaim(api);
  const completed = await api.complete(key, { claimToken, outcome });
  const repeated = await api.complete(key, { claimToken, outcome });
  const batch = await api.claimBatch([{ key }]);
  return {
    completed: completed.body.outcome,
    repeated: repeated.body.outcome,
    replayed: (await api.claim({ key })).body.outcome,
    replayedInABatch: batch.body.results[0]?.outcome,
    read: (await api.get(key)).body.outcome,
  };
}

function inEveryAppearance(outcome: unknown): Record<string, unknown> {
  return {
    completed: outcome,
    repeated: outcome,
    replayed: outcome,
    replayedInABatch: outcome,
    read: outcome,
  };
}

function nested(levels: number): JsonValue {
  return levels === 0 ? [] : [nested(levels - 1)];
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** A body that fills an outcome of this encoding to the last byte that is allowed. */
function fullBody(encoding: 'text' | 'base64'): string {
  const room = limits.outcomeMaxBytes - JSON.stringify({ body: '', encoding }).length;
  return 'A'.repeat(encoding === 'base64' ? room - (room % 4) : room);
}

const outcomes: { named: string; outcome: Outcome }[] = [
  { named: 'nothing at all', outcome: {} },
  { named: 'a status alone', outcome: { status: 204 } },
  { named: 'a body without a status', outcome: { body: { id: 1 } } },
  { named: 'no headers in an object', outcome: { headers: {} } },
  { named: 'the body null', outcome: { status: 200, body: null } },
  { named: 'the body ""', outcome: { status: 200, body: '' } },
  { named: 'the body 0', outcome: { status: 200, body: 0 } },
  { named: 'the body false', outcome: { status: 200, body: false } },
  { named: 'the body []', outcome: { status: 200, body: [] } },
  { named: 'the body {}', outcome: { status: 200, body: {} } },
  { named: 'the encoding json, said', outcome: { body: { id: 1 }, encoding: 'json' } },
  { named: 'a failure', outcome: { status: 503, headers: { 'Retry-After': '30' }, body: { error: 'down' } } },
  {
    named: 'members called as ours',
    outcome: { body: { status: 1, outcome: null, body: '', claimToken: 'x' } },
  },
  {
    named: 'members called as the language’s',
    outcome: { body: { constructor: 1, toString: 2, hasOwnProperty: 3 } },
  },
  {
    named: 'names that need escapes',
    outcome: { body: { '': 1, '"': 2, '\\': 3, '\n': 4, '\u0000': 5, a: 6 } },
  },
  { named: 'names beyond ASCII', outcome: { body: { é: 1, 'e\u0301': 2, '\u{1f980}': 3, '\u2028': 4 } } },
  { named: 'text beyond ASCII', outcome: { body: 'é e\u0301 \u{1f980} \ufeff \ud7ff \uffff \u2028\u2029' } },
  { named: 'text with control characters', outcome: { body: '\u0000\u0001\b\t\n\f\r\u001f\u007f\u0085' } },
  { named: 'text that looks like JSON', outcome: { body: '{"a":1}' } },
  { named: 'plain text, empty', outcome: { body: '', encoding: 'text' } },
  {
    named: 'plain text',
    outcome: { body: '  line\r\nline\n\t\u0000 \u{1f980}\u{10ffff} ', encoding: 'text' },
  },
  { named: 'base64, empty', outcome: { body: '', encoding: 'base64' } },
  { named: 'base64 of every byte', outcome: { body: everyByte.toString('base64'), encoding: 'base64' } },
  { named: 'base64 with padding', outcome: { body: 'AA==', encoding: 'base64' } },
  { named: 'plain text of 1 MiB', outcome: { body: fullBody('text'), encoding: 'text' } },
  { named: 'base64 of 1 MiB', outcome: { body: fullBody('base64'), encoding: 'base64' } },
  // Two levels are the request's own: the object around it and the outcome.
  { named: 'JSON as deep as a body may be', outcome: { body: nested(limits.jsonMaxDepth - 3) } },
  {
    named: 'JSON of 50,000 members',
    outcome: { body: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`m${index}`, index])) },
  },
  {
    named: 'headers',
    outcome: {
      headers: { 'Content-Type': 'text/plain', 'X-EMPTY': '', 'x-tab': 'a\tb', 'x-latin1': '\u0080é\u00ff' },
    },
  },
];

/** Numbers as they are written: the client under test must not be the one that rounds them. */
const numbers: { literal: string; value: number }[] = [
  { literal: '0.1', value: 0.1 },
  { literal: '1e21', value: 1e21 },
  { literal: '1E+20', value: 1e20 },
  { literal: '5e-324', value: 5e-324 },
  { literal: '1.7976931348623157e308', value: Number.MAX_VALUE },
  { literal: '9007199254740991', value: Number.MAX_SAFE_INTEGER },
  { literal: '-9007199254740991', value: Number.MIN_SAFE_INTEGER },
  { literal: '333333333.3333333', value: 333_333_333.333_333_3 },
  { literal: '1.0', value: 1 },
];

describe('an outcome', () => {
  const world = useWorld();

  it.each(outcomes)('comes back as it went in: $named', async ({ outcome }) => {
    expect(await everyAppearance(world.api, outcome)).toStrictEqual(inEveryAppearance(outcome));
  });

  it.each(numbers)('keeps the number $literal', async ({ literal, value }) => {
    const { key, claimToken } = await holdClaim(world.api);
    const raw = `{"claimToken":"${claimToken}","outcome":{"body":[${literal}]}}`;
    await world.api.send('POST', `/v1/records/default/${key}/complete`, { raw });
    const bodies = [
      (await world.api.get(key)).body.outcome?.body,
      (await world.api.claim({ key })).body.outcome.body,
    ];
    expect(bodies).toEqual([[value], [value]]);
  });

  it('holds 1 MiB to the last byte, as bytes', () => {
    const text = { body: fullBody('text'), encoding: 'text' };
    expect(Buffer.byteLength(JSON.stringify(text))).toBe(limits.outcomeMaxBytes);
  });

  it('says what an operator resolved in the same way', async () => {
    const { key } = await holdClaim(world.api);
    await endLease(world.database, key);
    const outcome = { body: null };
    const resolved = await world.api.act('resolve', key, { resolution: 'completed', outcome });
    expect(resolved.body.outcome).toStrictEqual(outcome);
    expect((await world.api.claim({ key })).body.outcome).toStrictEqual(outcome);
  });

  it('tells an absent body from null: they are two outcomes', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    await world.api.complete(key, { claimToken, outcome: { body: null } });
    expect((await world.api.complete(key, { claimToken, outcome: {} })).body.code).toBe('OUTCOME_CONFLICT');
  });

  it.each([
    { named: 'text without a body', outcome: { encoding: 'text' } },
    { named: 'text that is a number', outcome: { encoding: 'text', body: 1 } },
    { named: 'base64 without a body', outcome: { encoding: 'base64' } },
    { named: 'base64 that is an object', outcome: { encoding: 'base64', body: {} } },
    { named: 'base64 without padding', outcome: { encoding: 'base64', body: 'AA' } },
    { named: 'base64 of another alphabet', outcome: { encoding: 'base64', body: '_-8=' } },
    { named: 'base64 with white space', outcome: { encoding: 'base64', body: 'AAAA\n   ' } },
  ])('is refused, and named by its pointer: $named', async ({ outcome }) => {
    const { key, claimToken } = await holdClaim(world.api);
    const answer = await world.api.complete(key, { claimToken, outcome });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.errors?.map((error) => error.pointer)).toEqual(['/outcome/body']);
  });
});
