import { canonical } from '../canonical.js';
import type { CallOf } from '../history/call.js';
import { claimedPart, mayBeAbsent, presentTo, unchangedIf } from './present.js';
import { asSeen } from './shows.js';
import type { Completed, State } from './state.js';
import { after } from './time.js';

/** `POST …/complete`: needs the current claim token; the lease plays no part. */
export function afterComplete(state: State, call: CallOf<'complete'>): readonly State[] {
  const { operation, result } = call;
  const record = presentTo(call, state);
  const own = record?.claimToken === operation.claimToken ? record : undefined;
  const outcome = canonical(operation.outcome);

  if (result === undefined) return own?.kind === 'open' ? [completed()] : [];
  switch (result.kind) {
    case 'record':
      if (own?.kind === 'open') return asSeen(completed(), result.record, call);
      return own?.kind === 'completed' && own.outcome === outcome ? asSeen(own, result.record, call) : [];
    case 'refused':
      if (result.code === 'RECORD_NOT_FOUND') return unchangedIf(mayBeAbsent(state, call), state);
      if (result.code === 'OUTCOME_CONFLICT')
        return unchangedIf(own?.kind === 'completed' && own.outcome !== outcome, state);
      return unchangedIf(
        result.code === 'CLAIM_LOST' &&
          record !== undefined &&
          (own === undefined || own.kind === 'released'),
        state,
      );
    case 'granted':
    case 'replayed':
    case 'let_go':
    case 'done':
      return [];
  }

  function completed(): Completed {
    const claimed = claimedPart(record as Completed);
    const retentionMs = operation.retentionMs ?? claimed.retentionMs;
    const { claimToken } = operation;
    return {
      ...claimed,
      kind: 'completed',
      claimToken,
      outcome,
      retentionMs,
      retention: after(call, retentionMs),
    };
  }
}
