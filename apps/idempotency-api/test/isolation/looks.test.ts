import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/world.js';
import {
  claim,
  complete,
  forceDelete,
  leftBehind,
  plainDelete,
  releaseNone,
  releaseUnknown,
  renew,
  resolveCompleted,
  resolveRetry,
  situations,
  type Contender,
  type Situation,
} from './contenders.js';
import { holdNextLook } from './held-look.js';

/** A refusal that is explained late: what `refused` is told if `meanwhile` is done before its look at the record. */
const looks: [on: Situation, refused: Contender, meanwhile: Contender, told: string, left: string][] = [
  ['a claim that is held', claim, complete, 'replay', 'completed 1: "by its holder"'],
  ['a claim that is held', claim, releaseNone, 'execute', 'in_progress 2'],
  ['a claim that is held', claim, releaseUnknown, 'OUTCOME_UNKNOWN', 'outcome_unknown 1'],
  ['a claim that is held', claim, forceDelete, 'execute', 'in_progress 1'],
  ['a claim that is held under takeover', claim, releaseUnknown, 'execute', 'in_progress 2'],
  ['an unknown outcome', claim, renew, 'CLAIM_IN_PROGRESS', 'in_progress 1'],
  ['an unknown outcome', claim, resolveRetry, 'execute', 'in_progress 2'],
  ['an unknown outcome', claim, resolveCompleted, 'replay', 'completed 1: "by an operator"'],
  ['a completed record', claim, plainDelete, 'execute', 'in_progress 1'],
  ['a claim that is held', resolveRetry, complete, 'NOT_RESOLVABLE', 'completed 1: "by its holder"'],
  ['a claim that is held', resolveRetry, releaseUnknown, '200', 'released 1'],
  ['a claim that is held', resolveRetry, forceDelete, 'RECORD_NOT_FOUND', 'absent'],
  ['a claim that is held', plainDelete, complete, '204', 'absent'],
  ['a released record', complete, claim, 'CLAIM_LOST', 'in_progress 2'],
  ['a released record', complete, plainDelete, 'RECORD_NOT_FOUND', 'absent'],
];

describe('between the statement that refuses and the look that says why', () => {
  const world = useWorld({
    replicas: 2,
    settings: { REPLAY_CACHE_LEASE_MS: '0' },
  });

  it.each(looks.map(([on, refused, meanwhile, told, left]) => ({ on, refused, meanwhile, told, left })))(
    'on $on: $refused.name is told $told if $meanwhile.name comes in between',
    async ({ on, refused, meanwhile, told, left }) => {
      const subject = await situations[on](world);
      const look = holdNextLook(world);
      const answer = refused.send(world, 0, subject);
      await look.reached;
      await meanwhile.send(world, 1, subject);
      look.release();
      expect(await answer).toBe(told);
      expect(await leftBehind(world, subject.key)).toBe(left);
    },
  );
});
