import type { Admission, NeutralRequest } from './exchange.js';
import { performExecution, type ExecutionPlan } from './execution.js';
import { fingerprintOf } from './fingerprint.js';
import { tell, type MiddlewareHooks } from './hooks.js';
import { readKey } from './key-header.js';
import { routeNamespace } from './namespace.js';
import type { MiddlewareOptions, RouteOptions } from './options.js';
import { makePolicy, type Policy } from './policy.js';
import { problemResponse, type MiddlewareProblemCode } from './problems.js';
import { Shadow } from './shadow.js';

/** Decides what is to be done with a request; an adapter reads the request and writes the answer. */
export class IdempotencyMiddleware<Request> {
  private readonly client: MiddlewareOptions<Request>['client'];
  private readonly application: string | undefined;
  private readonly hooks: MiddlewareHooks | undefined;
  private readonly defaults: RouteOptions<Request>;
  private readonly methods: ReadonlySet<string>;
  private readonly shadow: Shadow;

  /** @throws {TypeError} that names the option which cannot be honoured. */
  constructor(options: MiddlewareOptions<Request>) {
    const { client, methods, application, hooks, ...defaults } = options;
    this.client = client;
    this.application = application;
    this.hooks = hooks;
    this.defaults = defaults;
    this.methods = protectedMethods(methods);
    this.shadow = new Shadow(hooks);
    if (application !== undefined && !/^[A-Za-z0-9-]{1,40}$/.test(application)) {
      throw new TypeError('application must be 1 to 40 of A-Z, a-z, 0-9 and -');
    }
    this.policy();
  }

  /** Whether requests of this method are protected where a route says nothing of its own. */
  covers(method: string): boolean {
    return this.methods.has(method.toUpperCase());
  }

  /**
   * A route's policy: what it says itself, over what the middleware says. Make it once a route.
   * @throws {TypeError} that names the option which cannot be honoured.
   */
  policy(route: RouteOptions<Request> = {}): Policy<Request> {
    return makePolicy({ ...this.defaults, ...route });
  }

  /** What is to be done with the request; `source` is the framework's own request, for the policy's callbacks. */
  admit(policy: Policy<Request>, request: NeutralRequest, source: Request): Admission {
    const { hooks, client, application } = this;
    const namespace =
      policy.namespace ?? routeNamespace(application, request.method.toUpperCase(), request.route);
    const event = { method: request.method, route: request.route, namespace };
    const refuse = (code: MiddlewareProblemCode, error?: unknown): Admission => {
      if (policy.mode === 'shadow') {
        tell(hooks?.onShadow?.bind(hooks), { ...event, kind: 'would-refuse', code, error });
        return { kind: 'pass' };
      }
      tell(hooks?.onDecision?.bind(hooks), { ...event, kind: 'refused', code, error });
      return { kind: 'refuse', response: problemResponse(code) };
    };

    const header = readKey(request.keyLines);
    if (header.kind === 'missing')
      return policy.required ? refuse('IDEMPOTENCY_KEY_MISSING') : { kind: 'pass' };
    if (header.kind === 'invalid') return refuse('IDEMPOTENCY_KEY_INVALID');
    if (request.body.kind === 'unread' && policy.unreadBody === 'refuse')
      return refuse('BODY_NOT_COMPARABLE');

    let fingerprint: string;
    try {
      // Before the handler runs: it may change the body that it is given.
      fingerprint = fingerprintOf(request, significantBody(policy, request));
    } catch (error) {
      return refuse('BODY_NOT_COMPARABLE', error);
    }
    const tenant = policy.tenant;
    const plan: ExecutionPlan = {
      client,
      policy,
      hooks,
      event,
      fingerprint,
      clientKey: header.key,
      ...(tenant ? { tenant: async () => tenant(source) } : {}),
    };
    if (policy.mode === 'shadow') return this.shadow.observe(plan);
    return { kind: 'execute', execute: (run) => performExecution(plan, run) };
  }
}

function significantBody<Request>(policy: Policy<Request>, request: NeutralRequest): NeutralRequest['body'] {
  const { body } = request;
  if (policy.significantBody === undefined || body.kind === 'none' || body.kind === 'unread') return body;
  const value = policy.significantBody(body.kind === 'bytes' ? body.bytes : body.value, request);
  return value instanceof Uint8Array ? { kind: 'bytes', bytes: value } : { kind: 'parsed', value };
}

function protectedMethods(methods: readonly string[] = ['POST', 'PATCH']): ReadonlySet<string> {
  const upper = methods.map((method) => method.toUpperCase());
  const safe = upper.filter((method) => SAFE_METHODS.has(method));
  if (safe.length > 0)
    throw new TypeError(`methods must not contain ${safe.join(', ')}: they change nothing`);
  return new Set(upper);
}

/** RFC 9110 §9.2.1; a HEAD response has no body that could be captured besides. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
