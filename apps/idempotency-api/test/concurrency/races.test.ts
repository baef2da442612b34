import type { IdempotencyRecord } from '@infra-services/idempotency-contract';
import { describe, expect, it } from 'vitest';
import type { Answer, ApiClient } from '../support/api-client.js';
import { endLease, holdClaim, type HeldClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';
import { contend, patientReplicas, replicaFor, verdictOf } from './contend.js';

/** Two calls that meet at one record, and every pair of answers that some order of the two explains. */
interface Race {
  readonly race: string;
  readonly onLeaseExpiry: 'block' | 'takeover';
  readonly leaseIsOver: boolean;
  readonly one: Contender;
  readonly other: Contender;
  /** `one` before `other`, and the reverse: their answers and the record that they leave. */
  readonly orders: readonly { one: string; other: string; left: string }[];
}

type Contender = (api: ApiClient, held: HeldClaim) => Promise<Answer>;

const ROUNDS = 60;

const complete: Contender = (api, { key, claimToken }) =>
  api.complete(key, { claimToken, outcome: { body: 'by its holder' } });
const claim: Contender = (api, { key }) => api.claim({ key });
const renew: Contender = (api, { key, claimToken }) => api.act('renew', key, { claimToken, leaseMs: 60_000 });
const forceDelete: Contender = (api, { key }) => api.delete(key, '?force=true');
const resolveCompleted: Contender = (api, { key }) =>
  api.act('resolve', key, { resolution: 'completed', outcome: { body: 'by an operator' } });
const resolveRetry: Contender = (api, { key }) => api.act('resolve', key, { resolution: 'retry' });
const release =
  (effect: 'none' | 'unknown'): Contender =>
  (api, { key, claimToken }) =>
    api.act('release', key, { claimToken, effect });

const byHolder = 'completed, attempt 1: "by its holder"';
const takenOver = 'in_progress, attempt 2';

const races: Race[] = [
  {
    race: 'a completion and a takeover',
    onLeaseExpiry: 'takeover',
    leaseIsOver: true,
    one: complete,
    other: claim,
    orders: [
      { one: '200', other: 'replay', left: byHolder },
      { one: 'CLAIM_LOST', other: 'execute', left: takenOver },
    ],
  },
  {
    race: 'a completion and an operator who resolves it as completed',
    onLeaseExpiry: 'block',
    leaseIsOver: true,
    one: complete,
    other: resolveCompleted,
    orders: [
      { one: '200', other: 'NOT_RESOLVABLE', left: byHolder },
      { one: 'CLAIM_LOST', other: '200', left: 'completed, attempt 1: "by an operator"' },
    ],
  },
  {
    race: 'a completion and an operator who resolves it for retry',
    onLeaseExpiry: 'block',
    leaseIsOver: true,
    one: complete,
    other: resolveRetry,
    orders: [
      { one: '200', other: 'NOT_RESOLVABLE', left: byHolder },
      { one: 'CLAIM_LOST', other: '200', left: 'released, attempt 1' },
    ],
  },
  {
    race: 'a renewal and a takeover',
    onLeaseExpiry: 'takeover',
    leaseIsOver: true,
    one: renew,
    other: claim,
    orders: [
      { one: '200', other: 'CLAIM_IN_PROGRESS', left: 'in_progress, attempt 1' },
      { one: 'CLAIM_LOST', other: 'execute', left: takenOver },
    ],
  },
  {
    race: 'a renewal and an operator who resolves it for retry',
    onLeaseExpiry: 'block',
    leaseIsOver: true,
    one: renew,
    other: resolveRetry,
    orders: [
      { one: '200', other: 'NOT_RESOLVABLE', left: 'in_progress, attempt 1' },
      { one: 'CLAIM_LOST', other: '200', left: 'released, attempt 1' },
    ],
  },
  {
    race: 'a release that says "nothing happened" and a completion',
    onLeaseExpiry: 'block',
    leaseIsOver: false,
    one: release('none'),
    other: complete,
    orders: [
      { one: '200', other: 'CLAIM_LOST', left: 'released, attempt 1' },
      { one: 'CLAIM_LOST', other: '200', left: byHolder },
    ],
  },
  {
    race: 'a release that says "I do not know" and a completion',
    onLeaseExpiry: 'block',
    leaseIsOver: false,
    one: release('unknown'),
    other: complete,
    orders: [
      { one: '200', other: '200', left: byHolder },
      { one: 'CLAIM_LOST', other: '200', left: byHolder },
    ],
  },
  {
    race: 'a release and the claim of a successor',
    onLeaseExpiry: 'block',
    leaseIsOver: false,
    one: release('none'),
    other: claim,
    orders: [
      { one: '200', other: 'execute', left: takenOver },
      { one: '200', other: 'CLAIM_IN_PROGRESS', left: 'released, attempt 1' },
    ],
  },
  {
    race: 'a deletion by force and a completion',
    onLeaseExpiry: 'block',
    leaseIsOver: false,
    one: forceDelete,
    other: complete,
    orders: [
      { one: '204', other: 'RECORD_NOT_FOUND', left: 'absent' },
      { one: '204', other: '200', left: 'absent' },
    ],
  },
  {
    race: 'a deletion by force and a takeover',
    onLeaseExpiry: 'takeover',
    leaseIsOver: true,
    one: forceDelete,
    other: claim,
    orders: [
      { one: '204', other: 'execute', left: 'in_progress, attempt 1' },
      { one: '204', other: 'execute', left: 'absent' },
    ],
  },
];

describe('two calls that meet at one record on two replicas', () => {
  const world = useWorld(patientReplicas);

  it.each(races)('$race: answers and record are those of one order', async (row) => {
    const seen = await Promise.all(Array.from({ length: ROUNDS }, (_, round) => meet(row, round)));
    for (const result of seen) expect(row.orders).toContainEqual(result);
  });

  async function meet({ onLeaseExpiry, leaseIsOver, one, other }: Race, round: number): Promise<object> {
    const held = await holdClaim(world.api, { onLeaseExpiry });
    if (leaseIsOver) await endLease(world.database, held.key);
    const here = replicaFor(world, round);
    const there = replicaFor(world, round + 1);
    // Whoever is sent first has the better chance: every other round it is the other one.
    const first = round % 4 < 2 ? one(here, held) : undefined;
    const second = other(there, held);
    const answers = await Promise.all([first ?? one(here, held), second]);
    const [answerOfOne, answerOfOther] = answers.map(verdictOf);
    return { one: answerOfOne, other: answerOfOther, left: leftBehind(await world.api.get(held.key)) };
  }

  it('stores exactly one of two outcomes and reports every other as a conflict', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const answers = await contend(world, 100, (api, index) =>
      // Pairs, so that each replica is sent both outcomes.
      api.complete(key, { claimToken, outcome: { body: `outcome ${(index >> 1) % 2}` } }),
    );
    const { body: record } = await world.api.get(key);
    const expected = answers.map((_, index) =>
      record.outcome?.body === `outcome ${(index >> 1) % 2}` ? '200' : 'OUTCOME_CONFLICT',
    );
    expect(answers.map(verdictOf)).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set(['200', 'OUTCOME_CONFLICT']));
  });

  it('audits a deletion by force with the state that it met', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const [completion] = await Promise.all([
      world.replicas[0]!.complete(key, { claimToken, outcome: {} }),
      world.replicas[1]!.delete(key, '?force=true'),
    ]);
    const { rows } = await world.database.pool.query<{ state: string }>(
      `SELECT detail ->> 'state' AS state FROM audit_entry WHERE key = $1 AND action = 'delete'`,
      [key],
    );
    expect(rows).toEqual([{ state: completion.status === 200 ? 'completed' : 'in_progress' }]);
  });
});

/** A record in a few words. */
function leftBehind({ status, body }: Answer<IdempotencyRecord>): string {
  if (status === 404) return 'absent';
  const outcome = body.outcome ? `: ${JSON.stringify(body.outcome.body)}` : '';
  return `${body.state}, attempt ${body.attempt}${outcome}`;
}
