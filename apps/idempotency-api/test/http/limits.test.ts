import { describe, expect, it } from 'vitest';
import { limits } from '@infra-services/idempotency-contract';
import { recordPath } from '../support/api-client.js';
import { useWorld } from '../support/world.js';
import { edgesOfCalls } from './edges-of-calls.js';
import { edgesOfOutcomes } from './edges-of-outcomes.js';
import { text } from './edges.js';

/** Limits of bytes, of depth, of members and of what is left out are shown in limits-of-size.test.ts and limits-by-default.test.ts. */
const shownElsewhere = [
  'outcomeMaxBytes',
  'checkpointMaxBytes',
  'jsonMaxDepth',
  'jsonObjectMaxMembers',
  'leaseDefaultMs',
  'retentionDefaultMs',
  'pageDefault',
];

const edges = [...edgesOfCalls, ...edgesOfOutcomes];

describe('a limit, at its edge', () => {
  const world = useWorld();

  const cases = (which: 'allowed' | 'refused') =>
    edges.flatMap((edge) => edge[which].map((size) => ({ ...edge, size })));

  it.each(cases('allowed'))('takes $size for $field ($limit)', async ({ send, size }) => {
    expect((await send(world.api, size)).status).toBeLessThan(300);
  });

  it.each(cases('refused'))(
    'refuses $size for $field ($limit) and names the field',
    async ({ send, size, pointer }) => {
      const answer = await send(world.api, size);
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      expect(new Set(answer.body.errors?.map((error) => error.pointer))).toEqual(new Set([pointer]));
    },
  );

  it('is shown for every entry of the contract', () => {
    const shown = [...edges.map(({ limit }) => limit), ...shownElsewhere];
    expect(new Set(shown)).toEqual(new Set(Object.keys(limits)));
  });

  it.each(['GET', 'DELETE'])('counts characters of paths after decoding: %s', async (method) => {
    const path = (key: number, namespace: number): string => recordPath('%'.repeat(key), text(namespace));
    const fits = await world.api.send(method, path(limits.keyMaxLength, limits.namespaceMaxLength));
    expect(fits.body.code).toBe('RECORD_NOT_FOUND');
    const tooLong = await world.api.send(
      method,
      path(limits.keyMaxLength + 1, limits.namespaceMaxLength + 1),
    );
    expect(tooLong.body.errors?.map((error) => error.pointer)).toEqual(['/namespace', '/key']);
  });
});
