import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer, ApiClient, ClaimAnswerBody } from '../support/api-client.js';
import { useWorld } from '../support/world.js';
import { contend, verdictOf } from './contend.js';
import { breachesIn, keepHistory, readHistory, type Change } from './history.js';
import { seededRandom, type SeededRandom } from './seeded-random.js';

const WORKERS = 50;
const OPERATIONS_PER_WORKER = 40;
const KEYS = 5;

/** A call and its answer. */
interface Call {
  readonly operation: string;
  readonly key: string;
  readonly claimToken: string;
  /** What a completion said, or an operator's resolution. */
  readonly said: string;
  readonly answer: Answer;
}

/** What anybody does, with any token: most of them have lost their claim or never had it. */
const anybodys = [
  ...['claim', 'claim', 'claim', 'claim again', 'complete', 'renew', 'checkpoint', 'release none'],
  ...['resolve retry', 'resolve completed', 'end lease', 'delete'],
];

/** What a caller does next that was granted a claim: keeps records moving. */
const holders = [
  ...['complete', 'complete', 'renew', 'checkpoint', 'release none', 'release unknown', 'claim again'],
  'end lease',
];

/** What a run has to meet at least once, or it has shown nothing. */
const mustBeMet = ['execute', 'replay', 'CLAIM_IN_PROGRESS', 'CLAIM_LOST', 'OUTCOME_UNKNOWN', '200', '204'];

describe('any calls by 50 callers on 5 keys over two replicas', () => {
  const world = useWorld({ replicas: 2 });
  beforeAll(() => keepHistory(world.database));

  it.each([1, 2, 3])('keep every invariant (seed %i)', { timeout: 60_000 }, async (seed) => {
    const keys = Array.from({ length: KEYS }, (_, index) => `seed-${seed}-${index}`);
    const calls = (
      await contend(world, WORKERS, (api, worker) => work(api, keys, seededRandom(seed * 1_000 + worker)))
    ).flat();

    expect(calls.filter(({ answer }) => answer.status >= 500).map(({ answer }) => answer.body)).toEqual([]);
    expect(calls.map(({ answer }) => verdictOf(answer))).toEqual(expect.arrayContaining(mustBeMet));
    const history = await readHistory(world.database);
    for (const key of keys) {
      const changes = history.get(key) ?? [];
      expect(breachesIn(changes)).toEqual([]);
      expect(calls.filter((call) => call.key === key).flatMap((call) => untrue(call, changes))).toEqual([]);
    }
  });

  async function work(api: ApiClient, keys: readonly string[], random: SeededRandom): Promise<Call[]> {
    const tokens = new Map(keys.map((key) => [key, randomUUID()]));
    const calls: Call[] = [];
    let held: string | undefined;
    for (let count = 0; count < OPERATIONS_PER_WORKER; count++) {
      const operation = random.pick(held === undefined ? anybodys : holders);
      const key = held ?? random.pick(keys);
      if (operation === 'end lease') await endLeaseOf(key);
      if (operation === 'claim') tokens.set(key, randomUUID());
      const call = { operation, key, claimToken: tokens.get(key)!, said: `said ${random.below(3)}` };
      const answer = await send(api, call, random);
      held = answer?.status === 201 ? key : undefined;
      if (answer) calls.push({ ...call, answer });
    }
    return calls;
  }

  /** Unlike `endLease` of the test support, it does not mind a record without a lease. */
  async function endLeaseOf(key: string): Promise<void> {
    await world.database.pool.query(
      `UPDATE record_by_parts SET lease_expires_at = clock_timestamp() - interval '1 ms' WHERE key = $1 AND state = 'in_progress'`,
      [key],
    );
  }
});

async function send(
  api: ApiClient,
  call: Omit<Call, 'answer'>,
  random: SeededRandom,
): Promise<Answer | undefined> {
  const { operation, key, claimToken, said } = call;
  switch (operation) {
    case 'claim':
    case 'claim again':
      return api.claim({ key, claimToken, onLeaseExpiry: random.pick(['block', 'takeover']) });
    case 'complete':
      return api.complete(key, { claimToken, outcome: { body: said } });
    case 'renew':
      return api.act('renew', key, { claimToken });
    case 'checkpoint':
      return api.act('checkpoint', key, { claimToken, name: 'half-way' });
    case 'release none':
    case 'release unknown':
      return api.act('release', key, { claimToken, effect: operation.split(' ')[1] });
    case 'resolve retry':
      return api.act('resolve', key, { resolution: 'retry' });
    case 'resolve completed':
      return api.act('resolve', key, { resolution: 'completed', outcome: { body: said } });
    case 'delete':
      return api.delete(key, '?force=true');
    default:
      return undefined;
  }
}

/** What of an answer did not happen, by the record's history. */
function untrue(call: Call, changes: readonly Change[]): string[] {
  const verdict = verdictOf(call.answer);
  const body = call.answer.body as ClaimAnswerBody;
  const own = changes.filter((change) => change.claimToken === call.claimToken);
  const completions = changes.filter((change) => change.kind !== 'DELETE' && change.state === 'completed');
  const happened = ((): boolean => {
    switch (`${call.operation}: ${verdict}`) {
      case 'claim: execute':
      case 'claim again: execute':
        return own.some(
          ({ fencingToken, attempt }) => fencingToken === body.fencingToken && attempt === body.attempt,
        );
      case 'claim: replay':
      case 'claim again: replay':
        return completions.some(
          ({ attempt, outcome }) => attempt === body.attempt && outcome === body.outcome.body,
        );
      case 'complete: 200':
        return own.some(
          ({ state, fencingToken, outcome }) =>
            state === 'completed' && fencingToken === body.fencingToken && outcome === call.said,
        );
      case 'complete: OUTCOME_CONFLICT':
        return own.some(({ state, outcome }) => state === 'completed' && outcome !== call.said);
      case 'release none: 200':
        return own.some(({ state }) => state === 'released');
      case 'resolve completed: 200':
        return completions.some(({ claimToken, outcome }) => claimToken === null && outcome === call.said);
      default:
        return true;
    }
  })();
  return happened ? [] : [`${call.operation}: ${verdict} ${JSON.stringify(body)}`];
}
