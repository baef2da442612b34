import {
  deriveKey,
  NothingHappened,
  OutcomeNotRecordedError,
  OutcomeTooLargeError,
  type ExecuteOptions,
  type ExecutionContext,
} from '@infra-services/idempotency-client';
import type {
  Answer,
  CapturedResponse,
  HandlerExecution,
  Meaning,
  ResponseToSend,
  RunHandler,
} from './exchange.js';
import { tell, type DecisionEvent, type ExchangeEvent, type MiddlewareHooks } from './hooks.js';
import { meaningOfStatus } from './meaning.js';
import type { MiddlewareOptions } from './options.js';
import { fromOutcome, toOutcome, withoutBody } from './outcome.js';
import type { Policy } from './policy.js';
import { problemResponse } from './problems.js';
import { isUnavailable, refusalOf } from './refusal.js';
import { within } from './within.js';

/** The callbacks of a policy that see the framework's request are bound to it by now. */
type BoundPolicy = Omit<Policy<never>, 'tenant' | 'namespace'>;

/** One request with a valid key, ready to be executed at most once. */
export interface ExecutionPlan {
  readonly client: MiddlewareOptions<never>['client'];
  readonly policy: BoundPolicy;
  readonly hooks: MiddlewareHooks | undefined;
  readonly event: ExchangeEvent;
  readonly fingerprint: string;
  /** As the client sent it. */
  readonly clientKey: string;
  readonly tenant?: () => Promise<string | undefined>;
}

/** What `client.execute` stores, and what it reads back; null where a body was not kept. */
type Value = { readonly captured: CapturedResponse } | { readonly stored: ResponseToSend | null };

/** Runs the handler at most once, and says what the client gets. Never rejects. */
export async function performExecution(plan: ExecutionPlan, run: RunHandler): Promise<Answer> {
  const attempt = new Attempt(plan, run);
  let options: ExecuteOptions<Value>;
  try {
    options = await executeOptions(plan, attempt);
  } catch (error) {
    return attempt.refused('IDEMPOTENCY_MISCONFIGURED', error);
  }
  try {
    const { value, replayed } = await plan.client.execute(options, (context) => attempt.perform(context));
    return replayed ? attempt.replayed(value) : attempt.executed();
  } catch (error) {
    return attempt.failed(error);
  }
}

/** The record's name and the terms of its claim; rejects if the tenant callback does. */
export async function claimTerms({ policy, event, tenant, clientKey, fingerprint }: ExecutionPlan) {
  const { retentionMs, leaseMs, onLeaseExpiry, waitMs } = policy;
  return {
    namespace: event.namespace,
    // Always derived: a key that a client chooses cannot spell the one that is derived for somebody else.
    key: tenant ? deriveKey((await tenant()) ?? null, clientKey) : deriveKey(clientKey),
    fingerprint,
    waitMs,
    ...(retentionMs === undefined ? {} : { retentionMs }),
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(onLeaseExpiry === undefined ? {} : { onLeaseExpiry }),
  };
}

async function executeOptions(plan: ExecutionPlan, attempt: Attempt): Promise<ExecuteOptions<Value>> {
  const { replayHeaders } = plan.policy;
  return {
    ...(await claimTerms(plan)),
    serializer: {
      toOutcome: (value) =>
        'captured' in value
          ? toOutcome(value.captured, replayHeaders)
          : withoutBody(value.stored?.status ?? 200),
      fromOutcome: (outcome) => ({ stored: fromOutcome(outcome, replayHeaders) }),
    },
    onError: () => (attempt.meaning === 'nothing-happened' ? 'nothing-happened' : 'unknown'),
  };
}

/** What has become known of one execution, and the answer that follows. */
class Attempt {
  /** What the captured response means; absent until it is captured. */
  meaning: Meaning | undefined;
  private begun = false;
  private status = 200;

  constructor(
    private readonly plan: ExecutionPlan,
    private readonly run: RunHandler,
  ) {}

  async perform(context: ExecutionContext): Promise<Value> {
    this.begun = true;
    let declared: Meaning | undefined;
    const execution = handlerExecution(context, (meaning) => (declared = meaning));
    const { policy } = this.plan;
    const captured = await within(policy.maxExecutionMs, this.run(execution), 'the handler has not answered');
    this.status = captured.status;
    const meaning = declared ?? meaningOf(captured, policy);
    this.meaning = meaning;
    if (meaning !== 'store') throw new NotStored(meaning);
    return { captured };
  }

  executed(): Answer {
    this.tell({ kind: 'executed' });
    return { kind: 'captured' };
  }

  replayed(value: Value): Answer {
    if (!('stored' in value) || value.stored === null) return this.refused('COMPLETED_NOT_REPLAYABLE');
    this.tell({ kind: 'replayed' });
    return { kind: 'instead', response: flagged(value.stored) };
  }

  refused(code: Parameters<typeof problemResponse>[0], error?: unknown, retryAfterMs?: number): Answer {
    this.tell({ kind: 'refused', code, error });
    return { kind: 'instead', response: problemResponse(code, retryAfterMs) };
  }

  async failed(error: unknown): Promise<Answer> {
    if (!this.begun) return this.notBegun(error);
    // The response was not to be stored, so the client may have it whatever became of the claim.
    if (this.meaning === 'nothing-happened' || this.meaning === 'unknown') return this.executed();
    if (await this.completedWithoutBody(error)) return this.executed();
    if (this.meaning === 'store' && this.mayRunUnprotected(error)) return this.unprotected(error);
    return this.refused('OUTCOME_NOT_RECORDED', error, NOT_RECORDED_RETRY_MS);
  }

  private async notBegun(error: unknown): Promise<Answer> {
    if (!this.mayRunUnprotected(error)) {
      const { code, retryAfterMs } = refusalOf(error);
      return this.refused(code, error, retryAfterMs);
    }
    try {
      await this.run(null);
      return this.unprotected(error);
    } catch (runError) {
      return this.refused('OUTCOME_NOT_RECORDED', runError, NOT_RECORDED_RETRY_MS);
    }
  }

  private mayRunUnprotected(error: unknown): boolean {
    const cause = error instanceof OutcomeNotRecordedError ? error.cause : error;
    return this.plan.policy.whenUnavailable === 'run' && isUnavailable(cause);
  }

  private unprotected(error: unknown): Answer {
    this.tell({ kind: 'ran-unprotected', error });
    return { kind: 'captured' };
  }

  /** The service stores less than `maxBodyBytes` allows: that it is completed can be said all the same. */
  private async completedWithoutBody(error: unknown): Promise<boolean> {
    if (!(error instanceof OutcomeNotRecordedError && error.cause instanceof OutcomeTooLargeError))
      return false;
    const { namespace, key, claimToken } = error;
    try {
      await this.plan.client.complete({ namespace, key }, { claimToken, outcome: withoutBody(this.status) });
      return true;
    } catch {
      // The first failure is the one to tell of: it says what to change.
      return false;
    }
  }

  private tell(what: Omit<DecisionEvent, keyof ExchangeEvent>): void {
    const { hooks, event } = this.plan;
    tell(hooks?.onDecision?.bind(hooks), { ...event, ...what });
  }
}

/** What a response says: by name where the handler threw it, by the route's own mapping, by its status. */
function meaningOf(captured: CapturedResponse, policy: BoundPolicy): Meaning {
  if (captured.error instanceof NothingHappened) return 'nothing-happened';
  return policy.outcomeOf?.(captured) ?? meaningOfStatus(captured.status);
}

/** Until the lease is over a retry is told to wait anyway. */
const NOT_RECORDED_RETRY_MS = 1_000;

/** Tells `client.execute` that the response is not to be stored. */
class NotStored extends Error {
  constructor(meaning: Meaning) {
    super(`the response means ${meaning}`);
  }
}

function handlerExecution(context: ExecutionContext, declare: (meaning: Meaning) => void): HandlerExecution {
  const { signal, namespace, key, fencingToken, attempt, recovered } = context;
  const checkpoint: ExecutionContext['checkpoint'] = (name, data) => context.checkpoint(name, data);
  return { signal, namespace, key, fencingToken, attempt, recovered, checkpoint, declare };
}

function flagged(response: ResponseToSend): ResponseToSend {
  return { ...response, headers: { ...response.headers, 'idempotent-replayed': 'true' } };
}
