import { describe, expect, it } from 'vitest';
import { limits, type JsonValue, type Outcome } from '@infra-services/idempotency-contract';
import { endLease, holdClaim } from '../support/arrange.js';
import { newKey, useWorld } from '../support/world.js';

/** A text whose JSON, in UTF-8 and with its quotes, has this many bytes. */
function ofBytes(bytes: number, character = 'a'): string {
  const each = Buffer.byteLength(character);
  return character.repeat(Math.floor((bytes - 2) / each)) + 'a'.repeat((bytes - 2) % each);
}

function outcomeOfBytes(bytes: number, around: Outcome = {}, character = 'a'): Outcome {
  const frame = Buffer.byteLength(JSON.stringify({ ...around, body: '' })) - 2;
  return { ...around, body: ofBytes(bytes - frame, character) };
}

/** Arrays in arrays: the outermost is one level. */
function nested(levels: number): JsonValue {
  return levels === 1 ? [] : [nested(levels - 1)];
}

const shapes: { shape: string; around: Outcome; character: string }[] = [
  { shape: 'a body alone', around: {}, character: 'a' },
  { shape: 'status and headers', around: { status: 201, headers: { a: 'b' } }, character: 'a' },
  { shape: 'characters of several bytes', around: {}, character: '€' },
];

describe('a limit of bytes or depth, at its edge', () => {
  const world = useWorld();

  describe.each(shapes)('outcomeMaxBytes, counted in $shape', ({ around, character }) => {
    it.each([limits.outcomeMaxBytes - 1, limits.outcomeMaxBytes])('stores %i bytes', async (bytes) => {
      const { key, claimToken } = await holdClaim(world.api);
      const outcome = outcomeOfBytes(bytes, around, character);
      expect(Buffer.byteLength(JSON.stringify(outcome))).toBe(bytes);
      expect((await world.api.complete(key, { claimToken, outcome })).status).toBe(200);
    });

    it('refuses one byte more, and the claim stays held', async () => {
      const { key, claimToken } = await holdClaim(world.api);
      const outcome = outcomeOfBytes(limits.outcomeMaxBytes + 1, around, character);
      const answer = await world.api.complete(key, { claimToken, outcome });
      expect(answer).toMatchObject({ status: 413, body: { code: 'OUTCOME_TOO_LARGE' } });
      expect((await world.api.get(key)).body.state).toBe('in_progress');
      expect((await world.api.complete(key, { claimToken, outcome: {} })).status).toBe(200);
    });
  });

  it('holds an operator’s outcome to the same bytes', async () => {
    const { key } = await holdClaim(world.api);
    await endLease(world.database, key);
    const resolve = (bytes: number) =>
      world.api.act('resolve', key, { resolution: 'completed', outcome: outcomeOfBytes(bytes) });
    expect((await resolve(limits.outcomeMaxBytes + 1)).body.code).toBe('OUTCOME_TOO_LARGE');
    expect((await resolve(limits.outcomeMaxBytes)).status).toBe(200);
  });

  it.each(['a', '€'])(
    'keeps a checkpoint of checkpointMaxBytes made of %j, and refuses one byte more',
    async (character) => {
      const { key, claimToken } = await holdClaim(world.api);
      const keep = (name: string, bytes: number) =>
        world.api.act('checkpoint', key, { claimToken, name, data: ofBytes(bytes, character) });
      expect((await keep('below', limits.checkpointMaxBytes - 1)).status).toBe(200);
      expect((await keep('at', limits.checkpointMaxBytes)).status).toBe(200);
      const above = await keep('above', limits.checkpointMaxBytes + 1);
      expect(above).toMatchObject({ status: 413, body: { code: 'CHECKPOINT_TOO_LARGE' } });
      expect((await world.api.get(key)).body.checkpoint?.name).toBe('at');
    },
  );

  // The body itself is the first level; a member of it begins at the second.
  it.each([limits.jsonMaxDepth - 1, limits.jsonMaxDepth])('takes a body nested %i levels', async (depth) => {
    const answer = await world.api.claim({ key: newKey(), request: nested(depth - 1) });
    expect(answer.status).toBe(201);
  });

  it('refuses a body nested one level more, and points to where it is', async () => {
    const answer = await world.api.claim({ key: newKey(), request: nested(limits.jsonMaxDepth) });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ pointer: `/request${'/0'.repeat(limits.jsonMaxDepth - 1)}` }),
    ]);
  });

  const ofMembers = (count: number): JsonValue =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 0]));

  it('takes an object of jsonObjectMaxMembers, wherever it is', async () => {
    const most = ofMembers(limits.jsonObjectMaxMembers);
    expect((await world.api.claim({ key: newKey(), request: most })).status).toBe(201);
    expect((await world.api.claim({ key: newKey(), request: [most, [{ most }]] })).status).toBe(201);
  });

  it('refuses one member more, and points to the object', async () => {
    const request = { a: [0, ofMembers(limits.jsonObjectMaxMembers + 1)] };
    const answer = await world.api.claim({ key: newKey(), request });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/request/a/1' })]);
  });
});
