import 'reflect-metadata';
import { Controller, Module, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { JsonAnswer } from '@infra-services/idempotency-api/internal/infrastructure/http/json-answer.decorator.js';
import {
  prepareServer,
  serverOptions,
} from '@infra-services/idempotency-api/internal/infrastructure/http/http-server.js';
import { LastCalls } from '@infra-services/idempotency-api/internal/infrastructure/http/last-calls.js';
import { Implements } from '@infra-services/idempotency-api/internal/infrastructure/http/operation.decorator.js';
import { ProblemFilter } from '@infra-services/idempotency-api/internal/infrastructure/http/problem.filter.js';
import {
  ValidBody,
  ValidParams,
} from '@infra-services/idempotency-api/internal/infrastructure/http/validation/valid.decorators.js';
import { createLogger } from '@infra-services/idempotency-api/internal/infrastructure/logging/logger.js';
import { NestLogger } from '@infra-services/idempotency-api/internal/infrastructure/logging/nest-logger.js';
import { operations } from '@infra-services/idempotency-contract';
import type { FastifyReply } from 'fastify';
import { examples } from './noop-answers.js';

/** The ceiling of the stack: the same server, reader, validator and router, and an answer that costs nothing. */
@Controller()
class NoopController {
  @Implements(operations.claim)
  @JsonAnswer()
  claim(@ValidBody('ClaimRequest') _body: unknown, @Res({ passthrough: true }) reply: FastifyReply): string {
    reply.code(201);
    return examples.claim;
  }

  @Implements(operations.complete)
  @JsonAnswer()
  complete(@ValidParams('RecordPath') _path: unknown, @ValidBody('CompleteRequest') _body: unknown): string {
    return examples.complete;
  }
}

@Module({ controllers: [NoopController] })
class NoopModule {}

const logger = createLogger('error');
const filter = new ProblemFilter(logger);
const app = await NestFactory.create<NestFastifyApplication>(
  NoopModule,
  new FastifyAdapter(serverOptions(8 * 1024 * 1024, filter)),
  { logger: new NestLogger(logger), bodyParser: false },
);
prepareServer(app.getHttpAdapter().getInstance(), new LastCalls(() => false));
app.useGlobalFilters(filter);
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
console.log(JSON.stringify({ msg: 'listening', url: await app.getUrl() }));
