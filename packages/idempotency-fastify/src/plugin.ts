import {
  IdempotencyMiddleware,
  nodeRequest,
  observeResponse,
  type HandlerExecution,
  type MiddlewareOptions,
  type Policy,
  type RouteOptions,
} from '@infra-services/idempotency-middleware';
import type { FastifyContextConfig, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { HeldReply, sendInstead } from './held-reply.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route says over the plugin's options; false leaves it unprotected. */
    idempotency?: RouteOptions<FastifyRequest> | boolean;
  }
  interface FastifyRequest {
    /** The execution under way; null where the request is not protected. */
    idempotency: HandlerExecution | null;
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- bad options must reject; Fastify does not catch a throw
const plugin: FastifyPluginAsync<MiddlewareOptions<FastifyRequest>> = async (app, options) => {
  const middleware = new IdempotencyMiddleware(options);
  // In the route's configuration, which Fastify copies: the one thing of a route that a request shows.
  const equipped = Symbol('idempotency');
  const held = new WeakMap<FastifyRequest, HeldReply>();

  app.decorateRequest('idempotency', null);

  app.addHook('onRoute', (route) => {
    const config: FastifyContextConfig & { [equipped]?: true } = { ...route.config, [equipped]: true };
    route.config = config;
    const policy = policyOf(middleware, config.idempotency, [route.method].flat());
    if (policy === null) return;
    // Last of the route's own: whoever authenticates has done so, and nothing replays to a stranger.
    route.preHandler = [
      ...[route.preHandler ?? []].flat(),
      (request, reply, next) => {
        admit(policy, request, reply, next);
      },
    ];
    route.onError = [
      ...[route.onError ?? []].flat(),
      (request, _reply, error, next) => {
        held.get(request)?.failedWith(error);
        next();
      },
    ];
    // First of the route's own: compression comes after, so that what is stored is not compressed.
    route.onSend = [
      (request, _reply, payload, next) => {
        const reply = held.get(request);
        if (reply) reply.send(payload, next);
        else next(null, payload);
      },
      ...[route.onSend ?? []].flat(),
    ];
  });

  // A route that was added before the plugin was loaded has none of the hooks above, and nothing would show it.
  app.addHook('preHandler', (request, _reply, next) => {
    const { config, url } = request.routeOptions;
    const missed = !request.is404 && !(equipped in config);
    const wanted = missed && policyOf(middleware, config.idempotency, [request.method]) !== null;
    next(
      wanted
        ? new Error(`register the idempotency plugin, and await it, before the route ${url ?? ''}`)
        : undefined,
    );
  });

  function admit(
    policy: Policy<FastifyRequest>,
    request: FastifyRequest,
    reply: FastifyReply,
    next: () => void,
  ): void {
    const { originalUrl: url, body, routeOptions } = request;
    const neutral = nodeRequest(request.raw, { route: routeOptions.url ?? url, url, body });
    const admission = middleware.admit(policy, neutral, request);
    switch (admission.kind) {
      case 'pass':
        next();
        return;
      case 'refuse':
        sendInstead(reply, admission.response);
        return;
      case 'observe':
        observeResponse(reply.raw, admission.answered);
        next();
        return;
      case 'execute': {
        const heldReply = new HeldReply(reply, policy.maxBodyBytes);
        void admission
          .execute((execution) => {
            request.idempotency = execution;
            held.set(request, heldReply);
            const captured = heldReply.hold();
            next();
            return captured;
          })
          .then((answer) => heldReply.answer(answer));
      }
    }
  }
};

/** Null: the route is not protected. A route that has options of its own is, whatever its method. */
function policyOf(
  middleware: IdempotencyMiddleware<FastifyRequest>,
  config: RouteOptions<FastifyRequest> | boolean | undefined,
  methods: readonly string[],
): Policy<FastifyRequest> | null {
  if (config === false) return null;
  if (config === undefined && !methods.some((method) => middleware.covers(method))) return null;
  return middleware.policy(typeof config === 'object' ? config : {});
}

/**
 * Idempotency-Key for Fastify 5: protects the POST and PATCH routes (`methods`) of the scope in which it is
 * registered; `config: { idempotency: … }` of a route has the last word. Await it before adding routes.
 */
export const idempotency = fastifyPlugin(plugin, {
  fastify: '5.x',
  name: '@infra-services/idempotency-fastify',
});
