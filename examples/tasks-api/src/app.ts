import 'reflect-metadata';
import { IdempotencyModule } from '@infra-services/idempotency-nestjs';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DatabaseModule } from './database/database.module.js';
import { ProblemFilter } from './http/problem.filter.js';
import { validation } from './http/validation.js';
import { tenantOf } from './identity/caller.js';
import { IdentityModule } from './identity/identity.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { TasksModule } from './tasks/tasks.module.js';

/** Where the application finds what it depends on. */
export interface AppSettings {
  readonly databaseUrl: string;
  /** The Idempotency API. */
  readonly idempotencyUrl: string;
}

@Module({})
class AppModule {
  static with({ databaseUrl, idempotencyUrl }: AppSettings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.at(databaseUrl),
        IdempotencyModule.forRoot({ baseUrl: idempotencyUrl, application: 'tasks', tenant: tenantOf }),
        IdentityModule,
        OrganizationsModule,
        TasksModule,
      ],
    };
  }
}

/** Builds the application, ready to listen; `main.ts` and the tests share it. The schema must be up to date. */
export async function createApp(settings: AppSettings): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings),
    new FastifyAdapter(),
    {
      logger: ['error', 'warn'],
      abortOnError: false,
    },
  );
  app.useGlobalPipes(validation());
  app.useGlobalFilters(new ProblemFilter());
  return app;
}
