import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endLease, endRetention, holdClaim } from '../support/arrange.js';
import { newKey, useWorld, type World } from '../support/world.js';
import { contend, tally } from './contend.js';

const outcome = { status: 201, body: { id: 'ch_1' } };

/** Records that are free to take, and the attempt that taking them is. */
const free: { record: string; attempt: number; arrange: (world: World) => Promise<string> }[] = [
  {
    record: 'a record whose takeover lease has ended',
    attempt: 2,
    arrange: async ({ api, database }) => {
      const { key } = await holdClaim(api, { onLeaseExpiry: 'takeover' });
      await endLease(database, key);
      return key;
    },
  },
  {
    record: 'a released record',
    attempt: 2,
    arrange: async ({ api }) => {
      const { key, claimToken } = await holdClaim(api);
      await api.act('release', key, { claimToken, effect: 'none' });
      return key;
    },
  },
  {
    record: 'a record that its holder let go of without knowing the outcome, under takeover',
    attempt: 2,
    arrange: async ({ api }) => {
      const { key, claimToken } = await holdClaim(api, { onLeaseExpiry: 'takeover' });
      await api.act('release', key, { claimToken, effect: 'unknown' });
      return key;
    },
  },
  {
    record: 'a record that an operator resolved for retry',
    attempt: 2,
    arrange: async ({ api, database }) => {
      const { key } = await holdClaim(api);
      await endLease(database, key);
      await api.act('resolve', key, { resolution: 'retry' });
      return key;
    },
  },
  {
    record: 'a record whose retention is over',
    attempt: 1,
    arrange: async ({ api, database }) => {
      const { key, claimToken } = await holdClaim(api);
      await api.complete(key, { claimToken, outcome });
      await endRetention(database, key);
      return key;
    },
  },
  { record: 'an absent record', attempt: 1, arrange: () => Promise.resolve(newKey()) },
];

describe('claims of one key at once over two replicas', () => {
  const world = useWorld({ replicas: 2 });

  it('lets exactly one of 1,000 execute and tells all others that it is in progress', async () => {
    const key = newKey();
    const answers = await contend(world, 1_000, (api) => api.claim({ key }));
    expect(tally(answers)).toEqual({ execute: 1, CLAIM_IN_PROGRESS: 999 });
  });

  it.each(free)('grants $record to exactly one of 200, as attempt $attempt', async ({ arrange, attempt }) => {
    const key = await arrange(world);
    const before = await world.api.get(key);
    const answers = await contend(world, 200, (api) => api.claim({ key, onLeaseExpiry: 'takeover' }));
    expect(tally(answers)).toEqual({ execute: 1, CLAIM_IN_PROGRESS: 199 });

    const granted = answers.find((answer) => answer.status === 201)!.body;
    expect(granted.attempt).toBe(attempt);
    const { body: record } = await world.api.get(key);
    expect(record).toMatchObject({ state: 'in_progress', attempt, fencingToken: granted.fencingToken });
    if (before.status === 200) expect(granted.fencingToken).toBeGreaterThan(before.body.fencingToken);
    expect((await world.api.complete(key, { claimToken: granted.claimToken, outcome })).status).toBe(200);
  });

  it.each(free)('gives 200 claims of $record with one token one and the same grant', async (row) => {
    const key = await row.arrange(world);
    const claimToken = randomUUID();
    const answers = await contend(world, 200, (api) => api.claim({ key, claimToken }));
    expect(tally(answers)).toEqual({ execute: 200 });

    const grants = new Set(answers.map(({ body }) => `${body.fencingToken} ${body.attempt}`));
    expect([...grants]).toEqual([`${answers[0]!.body.fencingToken} ${row.attempt}`]);
  });

  it('fences a record higher after its deletion than ever before it', async () => {
    const { key, fencingToken } = await holdClaim(world.api);
    const fencingTokens = [fencingToken];
    for (let deletion = 0; deletion < 20; deletion++) {
      await world.replicas[deletion % 2]!.delete(key, '?force=true');
      const answers = await contend(world, 10, (api) => api.claim({ key }));
      fencingTokens.push(answers.find((answer) => answer.status === 201)!.body.fencingToken);
    }
    expect(fencingTokens).toEqual([...new Set(fencingTokens)].sort((one, other) => one - other));
  });

  it('lets none of 200 execute once the outcome is unknown', async () => {
    const { key } = await holdClaim(world.api);
    await endLease(world.database, key);
    const answers = await contend(world, 200, (api) => api.claim({ key, onLeaseExpiry: 'takeover' }));
    expect(tally(answers)).toEqual({ OUTCOME_UNKNOWN: 200 });
  });

  it('replays one outcome to 200', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    await world.api.complete(key, { claimToken, outcome });
    const answers = await contend(world, 200, (api) => api.claim({ key }));
    expect(answers.map(({ body }) => body.outcome)).toEqual(Array.from({ length: 200 }, () => outcome));
  });
});
