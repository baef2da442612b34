import type { CallOf } from '../history/call.js';
import { agrees } from './fence.js';
import { holds, mayBeAbsent, presentTo, unchangedIf } from './present.js';
import type { Open, State } from './state.js';
import { canonical } from '../canonical.js';
import { after, later, mayBeLive, mayBeOver } from './time.js';

type Claim = CallOf<'claim'>;

/** `POST /v1/claims`. */
export function afterClaim(state: State, call: Claim): readonly State[] {
  const { result } = call;
  // To extend a lease whose end is not known anyway tells the search nothing.
  if (result === undefined)
    return grants(state, call).filter((open) => open.fence !== state.fence || isBounded(state));
  switch (result.kind) {
    case 'granted':
      return grants(state, call).flatMap((open) =>
        confirmed(open, state, result.fencingToken, result.attempt),
      );
    case 'replayed': {
      const record = presentTo(call, state);
      return unchangedIf(
        record?.kind === 'completed' &&
          record.fingerprint === call.operation.fingerprint &&
          record.attempt === result.attempt &&
          record.outcome === canonical(result.outcome),
        state,
      );
    }
    case 'refused':
      return unchangedIf(mayRefuse(state, call, result.code), state);
    case 'record':
    case 'let_go':
    case 'done':
      return [];
  }
}

/** Whether the state has a lease of which the latest end is known. */
function isBounded(state: State): boolean {
  return state.kind === 'open' && state.lease.until !== Infinity;
}

/** The ways in which the claim may be granted here, whatever the service answered. */
function grants(state: State, call: Claim): Open[] {
  const { operation } = call;
  const open = {
    kind: 'open',
    claimToken: operation.claimToken,
    relinquished: false,
    leaseMs: operation.leaseMs,
    retentionMs: operation.retentionMs,
    fingerprint: operation.fingerprint,
    fence: { token: state.fence.token + 1, exact: false },
    lease: after(call, operation.leaseMs),
  } as const;
  const ways: Open[] = [];
  if (mayBeAbsent(state, call)) ways.push({ ...open, attempt: 1, policy: operation.onLeaseExpiry });

  const record = presentTo(call, state);
  if (record?.fingerprint !== operation.fingerprint) return ways;
  const { policy, attempt } = record;
  if (record.kind === 'open' && holds(record, operation.claimToken))
    ways.push({ ...open, policy, attempt, fence: record.fence, lease: later(record.lease, open.lease) });
  else if (record.claimToken !== operation.claimToken && isFree(record, call))
    ways.push({ ...open, policy, attempt: attempt + 1 });
  return ways;
}

/** Whether another token may take it. */
function isFree(record: Exclude<State, { kind: 'absent' }>, call: Claim): boolean {
  if (record.kind === 'released') return true;
  return record.kind === 'open' && record.policy === 'takeover' && mayBeOver(record.lease, call);
}

/** The granted state with what the answer says of it; none where it says otherwise. */
function confirmed(open: Open, before: State, token: number, attempt: number): State[] {
  if (open.attempt !== attempt || !agrees(open.fence, token)) return [];
  // A new claim's token is greater than that of the claim before it, even if that one's is known as a bound alone.
  if (open.fence !== before.fence && token <= before.fence.token) return [];
  return [{ ...open, fence: { token, exact: true } }];
}

function mayRefuse(state: State, call: Claim, code: string): boolean {
  const record = presentTo(call, state);
  if (record === undefined) return false;
  const { claimToken, fingerprint } = call.operation;
  if (code === 'FINGERPRINT_MISMATCH') return record.fingerprint !== fingerprint;
  if (record.fingerprint !== fingerprint || holds(record, claimToken)) return false;
  const isOwn = record.claimToken === claimToken;
  if (code === 'CLAIM_LOST') {
    if (record.kind === 'released') return isOwn;
    return record.kind === 'open' && isOwn && record.policy === 'takeover' && mayBeOver(record.lease, call);
  }
  if (record.kind !== 'open') return false;
  if (code === 'CLAIM_IN_PROGRESS') return mayBeLive(record.lease, call);
  return code === 'OUTCOME_UNKNOWN' && record.policy === 'block' && mayBeOver(record.lease, call);
}
