import 'reflect-metadata';
import {
  Controller,
  createParamDecorator,
  Header,
  HttpCode,
  Module,
  Post,
  Res,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  prepareServer,
  serverOptions,
} from '@infra-services/idempotency-api/internal/infrastructure/http/http-server.js';
import { takeJsonBodies } from '@infra-services/idempotency-api/internal/infrastructure/http/json-bodies.js';
import { LastCalls } from '@infra-services/idempotency-api/internal/infrastructure/http/last-calls.js';
import { ProblemFilter } from '@infra-services/idempotency-api/internal/infrastructure/http/problem.filter.js';
import {
  validBody,
  validParams,
} from '@infra-services/idempotency-api/internal/infrastructure/http/validation/valid-parts.js';
import { routePattern } from '@infra-services/idempotency-api/internal/infrastructure/http/route-pattern.js';
import { goInStages } from '@infra-services/idempotency-api/internal/infrastructure/http/stages.js';
import { createLogger } from '@infra-services/idempotency-api/internal/infrastructure/logging/logger.js';
import { NestLogger } from '@infra-services/idempotency-api/internal/infrastructure/logging/nest-logger.js';
import { operations } from '@infra-services/idempotency-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { examples } from './noop-answers.js';

const JSON_TEXT = 'application/json; charset=utf-8';

/** An argument of a route's method, as Nest takes it out of a call: by what the service validates with. */
const Valid = createParamDecorator((valid: (request: FastifyRequest) => unknown, context: ExecutionContext) =>
  valid(context.getArgByIndex<FastifyRequest>(0)),
);

/**
 * The ceiling of the stack: the service's server, reader and validator, and an answer that costs nothing, by a route that Nest
 * mounts as it does for everybody. (The service's own routes go past Nest's, and its calls in stages: docs/adr/0019-operations-on-fastify.md,
 * docs/adr/0021-calls-go-in-stages.md.)
 */
@Controller()
class NoopController {
  @Post(routePattern(operations.claim))
  @Header('content-type', JSON_TEXT)
  claim(
    @Valid(validBody('ClaimRequest')) _body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    reply.code(201);
    return examples.claim;
  }

  @Post(routePattern(operations.complete))
  @HttpCode(200)
  @Header('content-type', JSON_TEXT)
  complete(
    @Valid(validParams('RecordPath')) _path: unknown,
    @Valid(validBody('CompleteRequest')) _body: unknown,
  ): string {
    return examples.complete;
  }
}

@Module({ controllers: [NoopController] })
class NoopModule {}

const logger = createLogger('error');
const filter = new ProblemFilter(logger);
const app = await NestFactory.create<NestFastifyApplication>(
  NoopModule,
  new FastifyAdapter(serverOptions(filter)),
  { logger: new NestLogger(logger), bodyParser: false },
);
const server = app.getHttpAdapter().getInstance();
prepareServer(server, new LastCalls(() => false));
takeJsonBodies(server, 8 * 1024 * 1024);
if (process.env.IN_STAGES === 'true') goInStages(server);
app.useGlobalFilters(filter);
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
console.log(JSON.stringify({ msg: 'listening', url: await app.getUrl() }));
