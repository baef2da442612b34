import type { Call, Operation } from '../history/call.js';
import type { State } from '../model/state.js';

/** A call without a known result. */
interface Lost {
  /** What it asks: lost calls of one text differ in nothing but when they began. */
  readonly text: string;
  /** The same without the claim token. */
  readonly faceless: string;
}

/**
 * What calls without a known result have in common. Most orders that a search could try differ only in which of several
 * like calls took effect; of those it is enough to try the one that began first, as it may stand wherever another stands
 * and its lease may be over wherever the other's may.
 */
export class LostCalls {
  private readonly lost: readonly (Lost | undefined)[];
  private readonly byToken: ReadonlyMap<string, readonly number[]>;

  constructor(
    private readonly calls: readonly Call[],
    private readonly isPlaced: (index: number) => boolean,
  ) {
    this.lost = calls.map(({ operation, result }) => (result ? undefined : lostOf(operation)));
    const indices = calls.map((_, index) => index);
    this.byToken = Map.groupBy(indices, (index) => this.tokenOf(index));
  }

  /** Of calls in the order of their beginnings those with a result, and of lost ones that are alike the first. */
  worthTrying(candidates: readonly number[], state: State): number[] {
    const tried = new Set<string>();
    return candidates.filter((index) => {
      const lost = this.lost[index];
      if (lost === undefined) return true;
      const name = this.isFaceless(index, state) ? lost.faceless : lost.text;
      if (tried.has(name)) return false;
      tried.add(name);
      return true;
    });
  }

  /** The state, its claim token left out where no call that is still to be placed names it. */
  withoutFace(state: State): State {
    if (state.kind === 'absent' || state.claimToken === null || this.left(state.claimToken).length > 0)
      return state;
    return { ...state, claimToken: '' };
  }

  /** Whether its claim token means nothing to any other call from here on: another token would do as well. */
  private isFaceless(index: number, state: State): boolean {
    const token = this.tokenOf(index);
    const isHolder = state.kind !== 'absent' && state.claimToken === token;
    return this.calls[index]?.operation.op === 'claim' && !isHolder && this.left(token).length === 1;
  }

  private left(token: string): readonly number[] {
    return this.byToken.get(token)?.filter((index) => !this.isPlaced(index)) ?? [];
  }

  private tokenOf(index: number): string {
    const operation = this.calls[index]?.operation;
    return operation !== undefined && 'claimToken' in operation ? operation.claimToken : '';
  }
}

function lostOf(operation: Operation): Lost {
  return { text: JSON.stringify(operation), faceless: JSON.stringify({ ...operation, claimToken: '' }) };
}
