import { randomUUID } from 'node:crypto';
import { startLocalService, type LocalService } from '@infra-services/local-service';
import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest';
import { IdempotencyModule, type IdempotencyModuleOptions } from '../../src/index.js';
import { createApp, listen, type Platform } from './platforms.js';

export interface AppOptions {
  readonly platform: Platform;
  readonly controllers: Type[];
  readonly module?: Partial<IdempotencyModuleOptions>;
  readonly metadata?: ModuleMetadata;
  /** What `main.ts` does between creating an application and listening. */
  readonly prepare?: (app: INestApplication) => void;
}

interface Sent {
  readonly method?: string;
  /** Default: a new one. Null: none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type Send = (path: string, sent?: Sent) => Promise<Received>;

/** The real service, and applications in front of it that end with their test. */
export function world(): { service: () => LocalService; start: (options: AppOptions) => Promise<Send> } {
  let service: LocalService;
  beforeAll(async () => {
    service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => service.stop());

  return {
    service: () => service,
    start: async ({ platform, controllers, module = {}, metadata = {}, prepare }) => {
      const options = {
        baseUrl: service.url,
        application: randomUUID(),
        ...module,
      } as IdempotencyModuleOptions;
      const app = await createApp(platform, {
        ...metadata,
        controllers,
        imports: [IdempotencyModule.forRoot(options), ...(metadata.imports ?? [])],
      });
      onTestFinished(() => app.close());
      prepare?.(app);
      const url = await listen(app);
      return (path, sent) => send(`${url}${path}`, sent);
    },
  };
}

async function send(
  url: string,
  { method = 'POST', key, headers = {}, body = {} }: Sent = {},
): Promise<Received> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...(key === null ? {} : { 'idempotency-key': key ?? randomUUID() }),
      ...headers,
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
