import type { JsonValue } from '@infra-services/idempotency-contract';
import type { Admission, CapturedResponse, Meaning, ObservedResponse } from './exchange.js';
import { claimTerms, type ExecutionPlan } from './execution.js';
import { tell, type ExchangeEvent, type MiddlewareHooks, type ShadowEvent } from './hooks.js';
import { meaningOfStatus } from './meaning.js';
import { shadowNamespace } from './namespace.js';
import { withoutBody } from './outcome.js';
import { refusalOf } from './refusal.js';
import { within } from './within.js';

/**
 * Makes the claims that would have been made, beside requests that are not touched: in a namespace of its own, without
 * bodies, never waited for.
 */
export class Shadow {
  private open = 0;

  constructor(private readonly hooks: MiddlewareHooks | undefined) {}

  observe(plan: ExecutionPlan): Admission {
    if (this.open >= MAX_OPEN) {
      this.tell(plan, { kind: 'dropped' });
      return { kind: 'pass' };
    }
    let answered: (response: ObservedResponse | null) => void = () => undefined;
    const response = new Promise<ObservedResponse | null>((resolve) => (answered = resolve));
    this.open += 1;
    void this.claim(plan, response).finally(() => (this.open -= 1));
    return { kind: 'observe', answered };
  }

  /** Never rejects. */
  private async claim(plan: ExecutionPlan, answered: Promise<ObservedResponse | null>): Promise<void> {
    let begun = false as boolean;
    let meaning: Meaning = 'unknown';
    try {
      const terms = {
        ...(await claimTerms(plan)),
        namespace: shadowNamespace(plan.event.namespace),
        waitMs: 0,
      };
      const { replayed } = await plan.client.execute<JsonValue>(
        {
          ...terms,
          serializer: { toOutcome: (status) => withoutBody(status as number), fromOutcome: () => null },
          onError: () => (meaning === 'nothing-happened' ? 'nothing-happened' : 'unknown'),
        },
        async () => {
          begun = true;
          this.tell(plan, { kind: 'would-execute' });
          const response = await within(plan.policy.maxExecutionMs, answered, 'no answer');
          meaning = meaningOf(plan, response);
          if (meaning !== 'store') throw new Error(`the response means ${meaning}`);
          return response?.status ?? null;
        },
      );
      if (replayed) this.tell(plan, { kind: 'would-replay' });
    } catch (error) {
      if (!begun) this.tell(plan, { kind: 'would-refuse', code: refusalOf(error).code, error });
    }
  }

  private tell(plan: ExecutionPlan, what: Omit<ShadowEvent, keyof ExchangeEvent>): void {
    tell(this.hooks?.onShadow?.bind(this.hooks), { ...plan.event, ...what });
  }
}

function meaningOf(plan: ExecutionPlan, response: ObservedResponse | null): Meaning {
  if (response === null) return 'unknown';
  const captured: CapturedResponse = { ...response, body: null };
  return plan.policy.outcomeOf?.(captured) ?? meaningOfStatus(response.status);
}

/** While the service is away every observation waits for it; more of them than this would be a leak, not a report. */
const MAX_OPEN = 1_000;
