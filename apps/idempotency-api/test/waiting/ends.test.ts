import type { ClaimRequest } from '@infra-services/idempotency-contract';
import { describe, expect, it } from 'vitest';
import { tally, verdictOf } from '../concurrency/contend.js';
import type { Answer, ApiClient, ClaimAnswerBody } from '../support/api-client.js';
import { endLease, holdClaim, type HeldClaim } from '../support/arrange.js';
import { useWorld, type World } from '../support/world.js';
import { FOR_LONG, untilWaiting } from './waiting.js';

const WAITERS = 20;
const outcome = { status: 201, body: 'done' };

/** A way in which the claim that is waited for ends, and what each of many waiters is told. */
interface End {
  readonly end: string;
  readonly claim: Partial<ClaimRequest>;
  readonly happen: (world: World, held: HeldClaim) => Promise<unknown>;
  readonly told: Record<string, number>;
}

const toAll = (verdict: string) => ({ [verdict]: WAITERS });
/** The one who executes completes, and the others hear of it. */
const oneExecutes = { execute: 1, replay: WAITERS - 1 };

const ends: End[] = [
  {
    end: 'completed',
    claim: {},
    happen: ({ api }, { key, claimToken }) => api.complete(key, { claimToken, outcome }),
    told: toAll('replay'),
  },
  {
    end: 'released, nothing having happened',
    claim: {},
    happen: ({ api }, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'none' }),
    told: oneExecutes,
  },
  {
    end: 'released with an unknown effect under takeover',
    claim: { onLeaseExpiry: 'takeover' },
    happen: ({ api }, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'unknown' }),
    told: oneExecutes,
  },
  {
    end: 'released with an unknown effect under block',
    claim: { onLeaseExpiry: 'block' },
    happen: ({ api }, { key, claimToken }) => api.act('release', key, { claimToken, effect: 'unknown' }),
    told: toAll('OUTCOME_UNKNOWN'),
  },
  {
    end: 'out of lease under takeover',
    claim: { onLeaseExpiry: 'takeover' },
    happen: ({ database }, { key }) => endLease(database, key),
    told: oneExecutes,
  },
  {
    end: 'out of lease under block',
    claim: { onLeaseExpiry: 'block' },
    happen: ({ database }, { key }) => endLease(database, key),
    told: toAll('OUTCOME_UNKNOWN'),
  },
  {
    end: 'deleted by force',
    claim: {},
    happen: ({ api }, { key }) => api.delete(key, '?force=true'),
    told: oneExecutes,
  },
];

describe('waiters for a claim, on the replica where it ends and on another', () => {
  const world = useWorld({ replicas: 2 });

  it.each(ends)('that is $end: $told', async ({ claim, happen, told }) => {
    const held = await holdClaim(world.api, claim);
    const answers = world.replicas.flatMap((api) =>
      Array.from({ length: WAITERS / 2 }, () => waitAndWork(api, held.key)),
    );
    await Promise.all(world.apps.map((app) => untilWaiting(app, WAITERS / 2)));
    await untilToldToWait(world, held.key);
    await happen(world, held);
    expect(tally(await Promise.all(answers))).toEqual(told);
    await Promise.all(world.apps.map((app) => untilWaiting(app, 0)));
  });

  it.each([
    { end: 'completed', state: 'completed' },
    { end: 'released, nothing having happened', state: 'released' },
    { end: 'out of lease under takeover', state: 'in_progress' },
    { end: 'out of lease under block', state: 'outcome_unknown' },
    { end: 'deleted by force', state: 'RECORD_NOT_FOUND' },
  ])('readers of a claim that is $end see $state', async ({ end, state }) => {
    const { claim, happen } = ends.find((row) => row.end === end)!;
    const held = await holdClaim(world.api, claim);
    const answers = world.replicas.map((api) => api.get(held.key, `?waitMs=${FOR_LONG}`));
    await Promise.all(world.apps.map((app) => untilWaiting(app, 1)));
    await untilToldToWait(world, held.key);
    await happen(world, held);
    const seen = (await Promise.all(answers)).map(({ status, body }) =>
      status === 200 ? body.state : body.code,
    );
    expect(seen).toEqual([state, state]);
  });
});

describe('waiters for a claim that an operator resolves before they see that its lease is over', () => {
  // So slow a poll that nobody but the operator looks.
  const world = useWorld({ settings: { WAIT_POLL_MS: '10000' } });

  it.each([
    { resolution: 'completed', body: { resolution: 'completed', outcome }, told: toAll('replay') },
    { resolution: 'retry', body: { resolution: 'retry' }, told: oneExecutes },
  ])('as $resolution: $told', async ({ body, told }) => {
    const { key } = await holdClaim(world.api);
    const answers = Array.from({ length: WAITERS }, () => waitAndWork(world.api, key));
    await untilWaiting(world.apps[0]!, WAITERS);
    await untilToldToWait(world, key);
    await endLease(world.database, key);
    await world.api.act('resolve', key, body);
    expect(tally(await Promise.all(answers))).toEqual(told);
  });

  it('tells one who waits in vain when to ask again', async () => {
    const { key } = await holdClaim(world.api);
    const since = performance.now();
    const answer = await world.api.claim({ key, waitMs: 150 });
    // The timer's own clock may run a millisecond ahead of this one.
    expect(performance.now() - since).toBeGreaterThanOrEqual(149);
    expect(verdictOf(answer)).toBe('CLAIM_IN_PROGRESS');
    expect(answer.body.retryAfterMs).toBeGreaterThan(0);
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it('shows one who reads in vain the record as it is', async () => {
    const { key } = await holdClaim(world.api);
    const answer = await world.api.get(key, '?waitMs=150');
    expect(answer.body.state).toBe('in_progress');
  });
});

/** A replica answers calls on one record in their order: after these, whoever waits has been told to. */
async function untilToldToWait({ replicas }: World, key: string): Promise<void> {
  await Promise.all(replicas.flatMap((api): Promise<Answer>[] => [api.claim({ key }), api.get(key)]));
}

/** Claims with patience; completes if it is to execute. */
async function waitAndWork(api: ApiClient, key: string): Promise<Answer<ClaimAnswerBody>> {
  const answer = await api.claim({ key, waitMs: FOR_LONG });
  if (answer.status === 201) await api.complete(key, { claimToken: answer.body.claimToken, outcome });
  return answer;
}
