import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenApiDocument } from '@infra-services/idempotency-contract';
import { guardCalls, type Guard } from './access/http/guard-calls.js';
import { AppModule, CONTROLLERS } from './app.module.js';
import type { Config } from './config/config.js';
import { GUARD } from './guarding.js';
import { mountOperations } from './infrastructure/http/mount-operations.js';
import { observeCalls, type LoggedCalls } from './infrastructure/http/observe-calls.js';
import { prepareServer, serverOptions } from './infrastructure/http/http-server.js';
import { takeJsonBodies } from './infrastructure/http/json-bodies.js';
import { LastCalls } from './infrastructure/http/last-calls.js';
import { ProblemFilter } from './infrastructure/http/problem.filter.js';
import { goInStages } from './infrastructure/http/stages.js';
import type { Logger } from './infrastructure/logging/logger.js';
import { NestLogger } from './infrastructure/logging/nest-logger.js';
import { Metrics } from './infrastructure/metrics/metrics.js';
import type { Tracing } from './infrastructure/tracing/tracing.js';
import { mountReadableDocument } from './reference/readable-document.js';
import { OPENAPI_DOCUMENT } from './reference/reference.controller.js';
import { VERSION } from './version.js';

/** Builds the application, ready to listen; `main.ts` and the tests share it. The schema must be up to date. Throws `KeysRefused`. */
export async function createApp(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const filter = new ProblemFilter(logger);
  const tracing = await startTracing(config, logger);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, logger, tracing),
    new FastifyAdapter(serverOptions(filter)),
    { logger: new NestLogger(logger), bodyParser: false, abortOnError: false },
  );
  const server = app.getHttpAdapter().getInstance();
  prepareServer(server, app.get(LastCalls));
  takeJsonBodies(server, config.MAX_BODY_BYTES);
  observeCalls(server, {
    logger,
    loggedCalls: config.LOG_CALLS as LoggedCalls,
    metrics: app.get(Metrics).calls,
    tracing,
  });
  guardCalls(server, app.get<Guard>(GUARD));
  goInStages(server);
  mountOperations(
    server,
    CONTROLLERS.map((controller) => app.get<object>(controller)),
    (error, request, reply) => {
      filter.answer(error, request, reply);
    },
  );
  app.useGlobalFilters(filter);
  mountReadableDocument(server, app.get<OpenApiDocument>(OPENAPI_DOCUMENT));
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** Loads OpenTelemetry where there is somewhere to send spans to, and only there. */
async function startTracing(config: Config, logger: Logger): Promise<Tracing | undefined> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined;
  const { startOtlpTracing } = await import('./infrastructure/tracing/otlp.js');
  return startOtlpTracing({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    ratio: Number(config.OTEL_TRACES_SAMPLER_ARG),
    version: VERSION,
    onStateChange: (message) => {
      logger.warn(message);
    },
  });
}
