import type { IncomingMessage } from 'node:http';
import {
  IdempotencyMiddleware,
  observeResponse,
  type Admission,
  type HeldResponse,
  type Policy,
  type ResponseToSend,
} from '@infra-services/idempotency-middleware';
import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { from, Observable, tap, type Subscription } from 'rxjs';
import { rememberExecution } from './current-execution.decorator.js';
import { exchangeOf } from './exchange/exchange-of.js';
import type { HttpExchange } from './exchange/http-exchange.js';
import { HandlerRun, notRun } from './handler-run.js';
import { RoutePolicies } from './route-policies.js';

/**
 * Claims the key where Nest calls interceptors: after the guards, so that nobody meets a stored response whom they would
 * have turned away, and before pipes and handler, so that whatever these answer is the outcome. The response is held
 * back below the platform, where values, streams, files, redirects and exception filters have all become bytes.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly policies: RoutePolicies;

  constructor(
    @Inject(IdempotencyMiddleware) private readonly middleware: IdempotencyMiddleware<ExecutionContext>,
  ) {
    this.policies = new RoutePolicies(middleware);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const exchange = exchangeOf(context);
    const policy = this.policies.find(context, exchange.request.method);
    if (policy === null || handled.has(exchange.incoming)) return next.handle();
    handled.add(exchange.incoming);

    const admission = this.middleware.admit(policy, exchange.request, context);
    switch (admission.kind) {
      case 'pass':
        return next.handle();
      case 'observe':
        observeResponse(exchange.outgoing, admission.answered);
        return next.handle();
      case 'refuse':
        return answer(exchange, admission.response);
      case 'execute':
        return execute(admission, exchange, policy, next);
    }
  }
}

/** A controller and its handler may both be decorated: the first interceptor has read both. */
const handled = new WeakSet<IncomingMessage>();

/** Answers in the handler's place, and gives Nest a value once nothing that it does with it can matter any more. */
function answer(exchange: HttpExchange, response: ResponseToSend): Observable<unknown> {
  const { outgoing } = exchange;
  const ended = new Promise<void>((resolve) => {
    if (outgoing.closed) resolve();
    else outgoing.once('finish', resolve).once('close', resolve);
  });
  exchange.send(response);
  return from(ended).pipe(tap(() => exchange.ignoreFurtherAnswers()));
}

function execute(
  { execute: performed }: Extract<Admission, { kind: 'execute' }>,
  exchange: HttpExchange,
  { maxBodyBytes }: Policy<ExecutionContext>,
  next: CallHandler,
): Observable<unknown> {
  return new Observable((subscriber) => {
    // Called here and not when the claim is granted, so that the handler runs in this request's async context.
    const handler = next.handle();
    let held: HeldResponse | undefined;
    let subscription: Subscription | undefined;

    void performed(async (execution) => {
      if (subscriber.closed) return notRun(execution);
      held = exchange.hold(maxBodyBytes);
      if (execution) rememberExecution(exchange.incoming, execution);
      const run = new HandlerRun(handler);
      subscription = run.start(subscriber);
      return run.capture(held);
    }).then((given) => {
      if (given.kind === 'captured') held?.release();
      else if (held) held.replace(given.response);
      else if (!subscriber.closed) answer(exchange, given.response).subscribe(subscriber);
    });
    return () => subscription?.unsubscribe();
  });
}
