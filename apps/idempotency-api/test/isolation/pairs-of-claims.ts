import {
  announcedDelete,
  checkpoint,
  claim,
  claimAgain,
  complete,
  forceDelete,
  plainDelete,
  releaseNone,
  releaseUnknown,
  renew,
  resolveCompleted,
  resolveRetry,
  sweep,
} from './contenders.js';
import { left, pair, type Pair } from './pair.js';

/**
 * Every order has one ending. A claim that is refused is refused by what it reads: whatever is done before that look, it
 * comes second. Only a deletion that is announced and not yet done may still be seen either way.
 */
export const pairsOfClaims: readonly Pair[] = [
  // Claims
  pair(
    'an absent record',
    claim,
    claim,
    [['execute', 'CLAIM_IN_PROGRESS', left.held]],
    [['CLAIM_IN_PROGRESS', 'execute', left.held]],
  ),
  pair(
    'an absent record',
    claimAgain,
    claimAgain,
    [['execute', 'execute', left.held]],
    [['execute', 'execute', left.held]],
  ),
  pair(
    'a released record',
    claim,
    claim,
    [['execute', 'CLAIM_IN_PROGRESS', left.taken]],
    [['CLAIM_IN_PROGRESS', 'execute', left.taken]],
  ),
  pair(
    'a takeover that is due',
    claim,
    claim,
    [['execute', 'CLAIM_IN_PROGRESS', left.taken]],
    [['CLAIM_IN_PROGRESS', 'execute', left.taken]],
  ),
  pair(
    'a takeover that is due',
    claim,
    claimAgain,
    [['execute', 'CLAIM_IN_PROGRESS', left.taken]],
    [['CLAIM_IN_PROGRESS', 'execute', left.held]],
  ),
  pair(
    'a record that is over',
    claim,
    claim,
    [['execute', 'CLAIM_IN_PROGRESS', left.held]],
    [['CLAIM_IN_PROGRESS', 'execute', left.held]],
  ),

  // A claim and what its holder does
  pair(
    'a claim that is held',
    claim,
    complete,
    [['CLAIM_IN_PROGRESS', '200', left.done]],
    [['replay', '200', left.done]],
  ),
  pair(
    'a takeover that is due',
    claim,
    complete,
    [['execute', 'CLAIM_LOST', left.taken]],
    [['replay', '200', left.done]],
  ),
  pair(
    'a takeover that is due',
    claim,
    renew,
    [['execute', 'CLAIM_LOST', left.taken]],
    [['CLAIM_IN_PROGRESS', '200', left.held]],
  ),
  pair(
    'a takeover that is due',
    claim,
    checkpoint,
    [['execute', 'CLAIM_LOST', left.taken]],
    [['execute', '200', left.taken]],
  ),
  pair(
    'a takeover that is due',
    claim,
    releaseNone,
    [['execute', 'CLAIM_LOST', left.taken]],
    [['execute', '200', left.taken]],
  ),
  pair(
    'a claim that is held',
    claim,
    releaseNone,
    [['CLAIM_IN_PROGRESS', '200', left.free]],
    [['execute', '200', left.taken]],
  ),
  pair(
    'a claim that is held under takeover',
    claim,
    releaseUnknown,
    [['CLAIM_IN_PROGRESS', '200', left.held]],
    [['execute', '200', left.taken]],
  ),
  pair(
    'an unknown outcome',
    claim,
    renew,
    [['OUTCOME_UNKNOWN', '200', left.held]],
    [['CLAIM_IN_PROGRESS', '200', left.held]],
  ),

  // A claim and an operator, a deletion, the sweep
  pair(
    'an unknown outcome',
    claim,
    resolveRetry,
    [['OUTCOME_UNKNOWN', '200', left.free]],
    [['execute', '200', left.taken]],
  ),
  pair(
    'an unknown outcome',
    claim,
    resolveCompleted,
    [['OUTCOME_UNKNOWN', '200', left.settled]],
    [['replay', '200', left.settled]],
  ),
  pair(
    'an unknown outcome',
    claimAgain,
    resolveRetry,
    [['execute', 'NOT_RESOLVABLE', left.held]],
    [['execute', '200', left.taken]],
  ),
  pair(
    'an unknown outcome',
    claimAgain,
    resolveCompleted,
    [['execute', 'NOT_RESOLVABLE', left.held]],
    [['replay', '200', left.settled]],
  ),
  pair(
    'a claim that is held',
    claim,
    forceDelete,
    [['CLAIM_IN_PROGRESS', '204', 'absent']],
    [['execute', '204', left.held]],
  ),
  pair(
    'a takeover that is due',
    claim,
    forceDelete,
    [['execute', '204', 'absent']],
    [['execute', '204', left.held]],
  ),
  pair(
    'a completed record',
    claim,
    plainDelete,
    [['replay', '204', 'absent']],
    [['execute', '204', left.held]],
  ),
  // Between announcing and erasing, the record is still replayed
  pair(
    'a completed record',
    claim,
    announcedDelete,
    [
      ['replay', '204', 'absent'],
      ['execute', '204', left.held],
    ],
    [
      ['replay', '204', 'absent'],
      ['execute', '204', left.held],
    ],
  ),
  pair(
    'a released record',
    claim,
    plainDelete,
    [['execute', 'RECORD_OPEN', left.taken]],
    [['execute', '204', left.held]],
  ),
  pair(
    'a record that is over',
    claim,
    sweep,
    [['execute', 'swept 0', left.held]],
    [['execute', 'swept 1', left.held]],
  ),
];
