import type { IncomingMessage } from 'node:http';
import type { HandlerExecution, RouteOptions } from '@infra-services/idempotency-middleware';
import type {
  Adapter,
  ConformanceApp,
  ConformanceRoute,
  RequestWithHeaders,
} from '@infra-services/middleware-conformance';
import {
  Body,
  Catch,
  Controller,
  Req,
  RequestMapping,
  RequestMethod,
  Res,
  type ArgumentsHost,
  type ExceptionFilter,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { CurrentExecution, IdempotencyModule, Idempotent, type IdempotentOptions } from '../../src/index.js';
import { createApp, listen, type Platform } from './platforms.js';
import { ThrownReply, ways, writeReply, type PlatformResponse, type Way } from './ways.js';

/** The package as the conformance suite sees it: an application made of one decorated controller a route. */
export function nestAdapter(platform: Platform): Adapter {
  return {
    ways: Object.keys(ways),
    start: async ({ middleware, routes }: ConformanceApp) => {
      const { client, hooks, application, methods, ...routeDefaults } = middleware;
      const app = await createApp(platform, {
        imports: [
          IdempotencyModule.forRoot({
            ...onContext(routeDefaults),
            client,
            ...(hooks && { hooks }),
            ...(application === undefined ? {} : { application }),
            ...(methods && { methods }),
          }),
        ],
        controllers: routes.map(controllerOf),
      });
      app.useGlobalFilters(new ErrorFilter());
      const url = await listen(app);
      return { url, stop: () => app.close() };
    },
  };
}

function controllerOf(route: ConformanceRoute): Type {
  const way = ways[route.way as Way];

  @Controller()
  class RouteController {
    @RequestMapping({ path: route.path, method: RequestMethod[route.method] })
    @Idempotent(onContext(route.options))
    async handle(
      @Body() body: unknown,
      @CurrentExecution() execution: HandlerExecution | null,
      @Req() request: IncomingMessage | { raw: IncomingMessage },
      @Res({ passthrough: way.passthrough }) response: PlatformResponse,
    ): Promise<unknown> {
      const { socket } = 'raw' in request ? request.raw : request;
      return way.answer(response, await route.handle({ body, execution, socket }));
    }
  }
  return RouteController;
}

/** The suite's callbacks read a request; this package's are given Nest's context. */
function onContext({ tenant, ...options }: RouteOptions<RequestWithHeaders>): IdempotentOptions {
  if (tenant === undefined) return options;
  return {
    ...options,
    tenant: (context: ExecutionContext) => tenant(context.switchToHttp().getRequest<RequestWithHeaders>()),
  };
}

/** An application's own filter: some replies are thrown, other errors have a status or are a 500. */
@Catch()
class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<PlatformResponse>();
    if (error instanceof ThrownReply) {
      writeReply(response, error.reply);
    } else {
      const { statusCode: status = 500 } = error as { statusCode?: number };
      writeReply(response, {
        status,
        headers: { 'content-type': 'application/json' },
        body: '{"error":true}',
      });
    }
  }
}
