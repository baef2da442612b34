import type { IdempotencyMiddleware, Policy } from '@infra-services/idempotency-middleware';
import type { ExecutionContext, Type } from '@nestjs/common';
import { decoratedOptions, type DecoratedOptions } from './idempotent-metadata.js';

/** A route with the options of both decorators, once worked out. */
interface Route {
  readonly policy: Policy<ExecutionContext>;
  /** Whether the handler itself is decorated, which goes for every method that may change something. */
  readonly named: boolean;
}

/** RFC 9110 §9.2.1: a request that changes nothing needs no key. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** The policies of an application's routes, each made when its first request comes. */
export class RoutePolicies {
  /** By controller first: controllers may inherit one handler and say different things about it. */
  private readonly routes = new Map<Type, Map<unknown, Route>>();

  constructor(private readonly middleware: IdempotencyMiddleware<ExecutionContext>) {}

  /** Null where requests of this method are not protected. */
  find(context: ExecutionContext, method: string): Policy<ExecutionContext> | null {
    const { policy, named } = this.route(context);
    const isProtected = named ? !SAFE_METHODS.has(method) : this.middleware.covers(method);
    return isProtected ? policy : null;
  }

  private route(context: ExecutionContext): Route {
    const routes = this.routes.get(context.getClass()) ?? new Map<unknown, Route>();
    this.routes.set(context.getClass(), routes);
    const known = routes.get(context.getHandler());
    if (known) return known;
    const decorated = decoratedOptions(context);
    const route = { policy: this.policy(decorated), named: decorated.handler !== undefined };
    routes.set(context.getHandler(), route);
    return route;
  }

  private policy({ controller, handler }: DecoratedOptions): Policy<ExecutionContext> {
    return this.middleware.policy({ ...controller, ...handler });
  }
}
