import { limits, operations, type ReplayDecision } from '@infra-services/idempotency-contract';
import { mintClaimToken } from '../claim-token.js';
import { claim } from '../client/claim-calls.js';
import { release } from '../client/execution-calls.js';
import { OwnershipLostError } from '../errors/ownership-lost-error.js';
import { ProblemError } from '../errors/problem-error.js';
import { report } from '../hooks.js';
import { defaults, type ClientOptions } from '../options.js';
import { defaultNamespace, recordPath } from '../record-name.js';
import type { Transport } from '../transport/transport.js';
import { acquire, type Acquired, type LeasedClaim } from './acquire.js';
import { ClaimHolder } from './claim-holder.js';
import type { Ended } from './ended.js';
import type { ExecuteOptions, Execution, ExecutionContext } from './options.js';
import { runGranted } from './run-granted.js';
import { jsonOutcome, type OutcomeSerializer } from './serializer.js';
import { failureIn } from './stored-failure.js';

/** Claims, runs, stores, or replays: see `IdempotencyClient.execute`. */
export async function execute<T>(
  transport: Transport,
  client: ClientOptions,
  operation: ExecuteOptions<T>,
  run: (context: ExecutionContext) => Promise<T> | T,
): Promise<Execution<T>> {
  const startedAt = performance.now();
  const { namespace = defaultNamespace, key } = operation;
  // A claim that could not be completed afterwards, its path being none, must not be made.
  recordPath(operations.complete.path, { namespace, key });
  const ended = await endOf(transport, client, operation, run);
  report(client.hooks, 'onExecution', {
    namespace,
    key,
    result: ended.result,
    attempt: ended.attempt,
    durationMs: performance.now() - startedAt,
    ...('error' in ended ? { error: ended.error } : {}),
  });
  if ('error' in ended) throw ended.error;
  return ended.execution;
}

async function endOf<T>(
  transport: Transport,
  client: ClientOptions,
  operation: ExecuteOptions<T>,
  run: (context: ExecutionContext) => Promise<T> | T,
): Promise<Ended<T>> {
  const { signal, serializer = jsonOutcome<T>(), waitMs = defaults.waitMs } = operation;
  if (signal?.aborted) return notRun(signal.reason);
  const request = claimOf(client, operation);
  // A token that the caller brought may stand for an operation that ran in a former life: only one minted here is sure
  // to have done nothing yet.
  const isOurs = operation.claimToken === undefined;
  let acquired: Acquired;
  try {
    acquired = await acquire(transport, request, waitMs, signal);
  } catch (error) {
    if (isOurs && (signal?.aborted || mayBeGranted(error))) await withdraw(transport, request);
    return notRun(error);
  }
  const { decision, heldSince } = acquired;
  if (decision.decision === 'replay') return replay(decision, serializer);
  const holder = new ClaimHolder(
    transport,
    client,
    decision,
    { leaseMs: request.leaseMs, heldSince },
    signal,
  );
  if (signal?.aborted || holder.isOver) {
    if (isOurs) await holder.release('none').catch(() => undefined);
    return notRun(signal?.aborted ? signal.reason : new OwnershipLostError(decision.namespace, decision.key));
  }
  return runGranted(holder, run, serializer, operation.onError);
}

function notRun<T>(error: unknown): Ended<T> {
  return { result: 'not-run', attempt: null, error };
}

/** The one claim of this call: its token is minted here, outside every loop. */
function claimOf<T>(client: ClientOptions, operation: ExecuteOptions<T>): LeasedClaim {
  const {
    key,
    namespace,
    request,
    fingerprint,
    retentionMs,
    onLeaseExpiry,
    owner = client.owner,
  } = operation;
  return {
    key,
    claimToken: operation.claimToken ?? mintClaimToken(),
    // Named always: the service's own default may be another, and the lease must be reckoned with.
    leaseMs: operation.leaseMs ?? limits.leaseDefaultMs,
    ...(namespace === undefined ? {} : { namespace }),
    ...(request === undefined ? {} : { request }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(retentionMs === undefined ? {} : { retentionMs }),
    ...(onLeaseExpiry === undefined ? {} : { onLeaseExpiry }),
    ...(owner === undefined ? {} : { owner }),
  };
}

async function replay<T>(decision: ReplayDecision, serializer: OutcomeSerializer<T>): Promise<Ended<T>> {
  const { attempt, outcome } = decision;
  const failure = failureIn(outcome, true);
  if (failure) return { result: 'replayed', attempt, error: failure };
  try {
    const value = await serializer.fromOutcome(outcome);
    const completedAt = new Date(decision.completedAt);
    const expiresAt = new Date(decision.expiresAt);
    const execution = { value, replayed: true, attempt, completedAt, expiresAt, fencingToken: null };
    return { result: 'replayed', attempt, execution };
  } catch (error) {
    return { result: 'replayed', attempt, error };
  }
}

/** Whether a claim that failed may have been granted all the same, its answer being lost. */
function mayBeGranted(error: unknown): boolean {
  return !(error instanceof ProblemError) || error.status >= 500;
}

/**
 * Gives up a claim whose answer is not known and whose operation will not run: else it stayed in progress, and under
 * `block` an operator would have to look for an effect that cannot be. Asking again first makes the release the later
 * one of the two. One attempt each; what fails is left to the lease, and `onCall` has reported it.
 */
async function withdraw(transport: Transport, request: LeasedClaim): Promise<void> {
  const once = { retry: false } as const;
  try {
    const decision = await claim(transport, { ...request, waitMs: 0 }, once);
    if (decision.decision === 'execute')
      await release(transport, request, { claimToken: request.claimToken, effect: 'none' }, once);
  } catch {
    return;
  }
}
