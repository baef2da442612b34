import { canonical } from '../canonical.js';
import type { Call } from '../history/call.js';

/** An answer from which a caller knows that the record is completed, and with what. */
export interface KnownOutcome {
  readonly call: Call;
  /** Canonical JSON. */
  readonly outcome: string;
  /** Names the completion: the service's own time of it. */
  readonly completedAt: string;
}

/** Acknowledged completions and resolutions, replays, and records that were read as completed. */
export function knownOutcomes(calls: readonly Call[]): KnownOutcome[] {
  return calls.flatMap((call): KnownOutcome[] => {
    const { result } = call;
    if (result?.kind === 'replayed')
      return [{ call, outcome: canonical(result.outcome), completedAt: result.completedAt }];
    if (result?.kind !== 'record') return [];
    const { state, outcome, completedAt } = result.record;
    if (state !== 'completed' || outcome === null || completedAt === null) return [];
    return [{ call, outcome: canonical(outcome), completedAt }];
  });
}
