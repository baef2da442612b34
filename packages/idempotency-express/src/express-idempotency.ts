import {
  guardResponse,
  IdempotencyMiddleware,
  nodeRequest,
  type HandlerExecution,
  type MiddlewareOptions,
  type RouteOptions,
} from '@infra-services/idempotency-middleware';
import type { Request, RequestHandler } from 'express';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the one way to extend Express's request
  namespace Express {
    interface Request {
      /** The execution under way; null where the request is not protected, absent where nobody has asked. */
      idempotency?: HandlerExecution | null;
    }
  }
}

/** Makes the middleware of a route or of the whole application; throws on bad options. */
export type ExpressIdempotency = (route?: RouteOptions<Request>) => RequestHandler;

/**
 * Idempotency-Key for Express 5. On a route, `app.post('/orders', idempotent(), handler)`, it protects every method
 * but the safe ones; with `app.use(idempotent())` those of `methods`. It comes after body parsers and authentication.
 * @throws {TypeError} that names the option which cannot be honoured.
 */
export function createIdempotency(options: MiddlewareOptions<Request>): ExpressIdempotency {
  const middleware = new IdempotencyMiddleware(options);
  return (route = {}) => {
    const policy = middleware.policy(route);
    return (req, res, next) => {
      const onRoute = routeOf(req);
      const isProtected =
        onRoute === undefined ? middleware.covers(req.method) : !SAFE_METHODS.has(req.method);
      if (!isProtected) {
        next();
        return;
      }
      const neutral = nodeRequest(req, {
        route: onRoute ?? req.baseUrl + req.path,
        url: req.originalUrl,
        body: req.body as unknown,
      });
      const proceed = (execution: HandlerExecution | null): void => {
        req.idempotency = execution;
        next();
      };
      const { maxBodyBytes } = policy;
      guardResponse(middleware.admit(policy, neutral, req), { res, maxBodyBytes, proceed }).catch(next);
    };
  };
}

/** The template of the route that the middleware stands on; undefined under `app.use`. */
function routeOf(req: Request): string | undefined {
  const route = req.route as { path: unknown } | undefined;
  return route === undefined ? undefined : req.baseUrl + String(route.path);
}

/** RFC 9110 §9.2.1; `app.all` brings them along. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
