import { randomUUID } from 'node:crypto';
import type { IdempotencyRecord, OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { Database } from '../../src/infrastructure/database/database.js';
import { sweepRecords } from '../../src/retention/sql/sweep-records.js';
import { verdictOf } from '../concurrency/contend.js';
import type { Answer, ApiClient } from '../support/api-client.js';
import { endLease, holdClaim, type HeldClaim } from '../support/arrange.js';
import { newKey, type World } from '../support/world.js';

type Subject = Pick<HeldClaim, 'key' | 'claimToken'>;

/** A statement of an operation, at which it can be stopped. */
export interface Stop {
  /** A part of its text (SQL `LIKE`). */
  readonly statement: string;
  /** Whether it holds the row when it has run. One that does not decides nothing. */
  readonly locks: boolean;
}

/** An operation on a record, told by its verdict in one word. */
export interface Contender {
  readonly name: string;
  /** The statements that may write, in their order; the last one decides, if it locks. */
  stops(on: Situation): readonly Stop[];
  /** It reads and locks the row before it begins to write: where others stop with nothing locked, it holds the lock. */
  readonly locksBeforeItWrites?: true;
  send(world: World, replica: number, subject: Subject): Promise<string>;
}

function call(
  name: string,
  statement: string | ((on: Situation) => readonly Stop[]),
  send: (api: ApiClient, subject: Subject) => Promise<Answer>,
): Contender {
  return {
    name,
    stops: typeof statement === 'string' ? () => [{ statement, locks: true }] : statement,
    send: async (world, replica, subject) => verdictOf(await send(world.replicas[replica]!, subject)),
  };
}

/** Most claims are decided by their first statement, or by none: it leaves alone what is there. */
const claimStops =
  (granted: readonly Situation[]) =>
  (on: Situation): Stop[] => [
    { statement: '%DO NOTHING%', locks: on === 'an absent record' },
    ...(granted.includes(on) ? [{ statement: '%is_takeover%', locks: true }] : []),
  ];
const COMPLETE = `%state = 'completed',%`;

export const claim = call(
  'a claim',
  claimStops(['a takeover that is due', 'a released record', 'a record that is over']),
  (api, { key }) => api.claim({ key }),
);
export const claimAgain = call(
  "the holder's claim, said again",
  claimStops(['a claim that is held', 'an unknown outcome', 'a takeover that is due']),
  (api, { key, claimToken }) => api.claim({ key, claimToken }),
);
export const complete = call('a completion', COMPLETE, (api, { key, claimToken }) =>
  api.complete(key, { claimToken, outcome: { body: 'by its holder' } }),
);
export const completeOtherwise = call(
  'a completion with another outcome',
  COMPLETE,
  (api, { key, claimToken }) => api.complete(key, { claimToken, outcome: { body: 'otherwise' } }),
);
export const renew = call('a renewal', '%coalesce(h.lease_ms, r.lease_ms)%', (api, { key, claimToken }) =>
  api.act('renew', key, { claimToken, leaseMs: 60_000 }),
);
export const checkpoint = call('a checkpoint', '%checkpoint_data = $4%', (api, { key, claimToken }) =>
  api.act('checkpoint', key, { claimToken, name: 'half-way' }),
);
export const releaseNone = call('a release with no effect', '%released AS%', (api, { key, claimToken }) =>
  api.act('release', key, { claimToken, effect: 'none' }),
);
export const releaseUnknown = call('a release in doubt', '%released AS%', (api, { key, claimToken }) =>
  api.act('release', key, { claimToken, effect: 'unknown' }),
);
export const resolveCompleted = call('an operator who knows the outcome', '%resolved AS%', (api, { key }) =>
  api.act('resolve', key, { resolution: 'completed', outcome: { body: 'by an operator' } }),
);
export const resolveRetry = call('an operator who allows a retry', '%resolved AS%', (api, { key }) =>
  api.act('resolve', key, { resolution: 'retry' }),
);
export const forceDelete: Contender = {
  ...call('a deletion by force', '%erased AS%', (api, { key }) => api.delete(key, '?force=true')),
  locksBeforeItWrites: true,
};
export const plainDelete: Contender = {
  ...call('a deletion', '%erased AS%', (api, { key }) => api.delete(key)),
  locksBeforeItWrites: true,
};
/** The same call, stopped at the first of its two statements, which announces what the second one does. */
export const announcedDelete = call('a deletion that is announced', '%announced AS%', (api, { key }) =>
  api.delete(key),
);
export const sweep: Contender = {
  name: 'a sweep',
  stops: () => [{ statement: '%swept AS%', locks: true }],
  send: async (world, replica) => `swept ${await sweepRecords(world.apps[replica]!.get(Database), 10)}`,
};

/** Records as the contenders find them. */
export const situations = {
  'an absent record': () => Promise.resolve({ key: newKey(), claimToken: randomUUID() }),
  'a claim that is held': (world: World) => holdClaim(world.api),
  'a claim that is held under takeover': (world: World) =>
    holdClaim(world.api, { onLeaseExpiry: 'takeover' }),
  'an unknown outcome': (world: World) => heldTooLong(world, 'block'),
  'a takeover that is due': (world: World) => heldTooLong(world, 'takeover'),
  'a released record': async (world: World) => {
    const held = await holdClaim(world.api);
    await world.api.act('release', held.key, { claimToken: held.claimToken, effect: 'none' });
    return held;
  },
  'a completed record': completed,
  'a record that is over': async (world: World) => {
    const held = await completed(world);
    await world.database.pool.query(
      `UPDATE record_by_parts SET expires_at = clock_timestamp() - interval '1 hour' WHERE key = $1`,
      [held.key],
    );
    return held;
  },
} satisfies Record<string, (world: World) => Promise<Subject>>;

export type Situation = keyof typeof situations;

async function heldTooLong(world: World, onLeaseExpiry: OnLeaseExpiry): Promise<HeldClaim> {
  const held = await holdClaim(world.api, { onLeaseExpiry });
  await endLease(world.database, held.key);
  return held;
}

async function completed(world: World): Promise<HeldClaim> {
  const held = await holdClaim(world.api);
  await complete.send(world, 0, held);
  return held;
}

/** The record that is left, in a few words. */
export async function leftBehind(world: World, key: string): Promise<string> {
  const { status, body }: Answer<IdempotencyRecord> = await world.api.get(key);
  if (status === 404) return 'absent';
  const outcome = body.outcome ? `: ${JSON.stringify(body.outcome.body)}` : '';
  return `${body.state} ${body.attempt}${outcome}`;
}
