import { beforeAll, describe, expect, it } from 'vitest';
import { useWorld } from '../support/world.js';
import { leftBehind, situations, sweep, type Contender, type Situation, type Stop } from './contenders.js';
import type { Ending, Pair } from './pair.js';
import { pairsOfClaims } from './pairs-of-claims.js';
import { pairsOfEnds } from './pairs-of-ends.js';
import { addPauses, armPause, somebodyWaitsForARow, type Point } from './pauses.js';

/** One way for two operations to meet: `first` stops at a statement, `second` comes, then `first` goes on. */
interface Meeting {
  readonly on: Situation;
  readonly first: Contender;
  readonly stop: Stop;
  readonly point: Point;
  readonly second: Contender;
  /** Whether `first` is the `one` of the pair. */
  readonly inOrder: boolean;
  readonly endings: readonly Ending[];
}

const points: readonly Point[] = ['begun', 'written'];

function meetings({ on, one, other, oneFirst, otherFirst }: Pair): Meeting[] {
  return [
    ...waysToMeet(on, one, other).map((way) => ({
      ...way,
      inOrder: true,
      endings: decidesFirst(way) ? oneFirst : otherFirst,
    })),
    ...waysToMeet(on, other, one).map((way) => ({
      ...way,
      inOrder: false,
      endings: decidesFirst(way) ? otherFirst : oneFirst,
    })),
  ];
}

type Way = Pick<Meeting, 'on' | 'first' | 'stop' | 'point' | 'second'>;

function waysToMeet(on: Situation, first: Contender, second: Contender): Way[] {
  return first.stops(on).flatMap((stop) => points.map((point) => ({ on, first, stop, point, second })));
}

/** An operation that stopped with its row locked comes before one that locks it too; one that has only begun comes after. */
function decidesFirst({ on, first, stop, point, second }: Way): boolean {
  if (!stop.locks) return false;
  return point === 'written' || (first.locksBeforeItWrites === true && wantsTheLock(second, on));
}

/** A claim that is refused by what it reads asks for no lock, and is not kept waiting by one. */
function wantsTheLock(contender: Contender, on: Situation): boolean {
  return contender.stops(on).some(({ locks }) => locks);
}

const cases = [...pairsOfClaims, ...pairsOfEnds].flatMap(meetings).map((meeting) => ({
  ...meeting,
  title: `on ${meeting.on}: ${meeting.first.name}, ${meeting.stop.statement} ${meeting.point}; meanwhile ${meeting.second.name}`,
}));

describe('two statements that meet at one row', () => {
  // Memory would answer some of these calls without a statement.
  const world = useWorld({
    replicas: 2,
    // Replicas that want one task at once would wait for each other too.
    settings: { REPLAY_CACHE_LEASE_MS: '0', BACKGROUND_POLL_MS: '60000' },
  });
  beforeAll(() => addPauses(world.database));

  it.each(cases)('$title', async ({ on, first, second, stop, point, inOrder, endings }) => {
    await world.database.pool.query('DELETE FROM idempotency_record');
    const subject = await situations[on](world);
    const pause = await armPause(world.database, point, stop.statement);
    const stopped = first.send(world, 0, subject);
    await pause.reached();
    const coming = second.send(world, 1, subject);
    const isWaiting = await waitsOrIsAnswered(coming);
    await pause.release();

    const answers = await Promise.all([stopped, coming]);
    const [one, other] = inOrder ? answers : answers.reverse();
    expect(endings).toContainEqual([one, other, await leftBehind(world, subject.key)]);
    // Otherwise the two did not meet. The sweep waits for nobody.
    const isLocked =
      stop.locks &&
      point === 'written' &&
      ['execute', '200', '204', 'swept 1'].includes(inOrder ? one! : other!);
    if (isLocked) expect(isWaiting).toBe(second !== sweep);
  });

  /** Whether the call comes to wait for a row, or is answered without. */
  async function waitsOrIsAnswered(call: Promise<string>): Promise<boolean> {
    const answered = call.then(() => 'answered' as const);
    for (;;) {
      if (await somebodyWaitsForARow(world.database)) return true;
      const state = await Promise.race([answered, Promise.resolve('open' as const)]);
      if (state === 'answered') return false;
    }
  }
});
