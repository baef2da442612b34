import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { startLocalService, type LocalService } from '@infra-services/local-service';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { createApp } from '../../src/app.js';
import { migrate } from '../../src/database/migrate.js';
import { demo, seed } from '../../src/database/seed.js';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  readonly body: never;
}

interface Call {
  readonly body?: unknown;
  /** Default: a new one, as every new operation has. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type User = (method: string, path: string, call?: Call) => Promise<Answer>;

export interface World {
  readonly url: string;
  readonly idempotency: LocalService;
  /** Acme's owner and member, and the owner of Globex, each calling for their own organization. */
  readonly ada: User;
  readonly alan: User;
  readonly grace: User;
  /** Whoever a test makes up. */
  as(userId: string, organizationId: string): User;
  /** The first column of the first row. */
  ask(sql: string, ...parameters: unknown[]): Promise<unknown>;
}

/** The application on a database of its own, with an Idempotency API of its own, for one test file. */
export function world(): World {
  const started = {} as { url: string; idempotency: LocalService; database: pg.Client };
  const ends: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const databaseUrl = await createDatabase(ends);
    await migrate(databaseUrl);
    await seed(databaseUrl);
    started.database = new pg.Client({ connectionString: databaseUrl });
    await started.database.connect();
    ends.push(() => started.database.end());
    started.idempotency = await startLocalService({ postgresUrl: inject('postgresUrl') });
    ends.push(() => started.idempotency.stop());
    const app = await createApp({ databaseUrl, idempotencyUrl: started.idempotency.url });
    ends.push(() => app.close());
    await app.listen(0, '127.0.0.1');
    started.url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const as =
    (userId: string, organizationId: string): User =>
    async (method, path, { body, key = randomUUID(), headers = {} } = {}) => {
      const response = await fetch(`${started.url}${path}`, {
        method,
        headers: {
          'x-user-id': userId,
          'x-organization-id': organizationId,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { 'idempotency-key': key }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parsed(text) };
    };

  return {
    get url() {
      return started.url;
    },
    get idempotency() {
      return started.idempotency;
    },
    ada: as(demo.ada.id, demo.acme.id),
    alan: as(demo.alan.id, demo.acme.id),
    grace: as(demo.grace.id, demo.globex.id),
    as,
    ask: async (sql, ...parameters) => {
      const { rows } = await started.database.query<unknown[]>({
        text: sql,
        values: parameters,
        rowMode: 'array',
      });
      return rows[0]?.[0];
    },
  };
}

function parsed(text: string): never {
  return (text === '' ? undefined : JSON.parse(text)) as never;
}

async function createDatabase(ends: (() => Promise<unknown>)[]): Promise<string> {
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  const name = `tasks_${randomBytes(6).toString('hex')}`;
  await server.query(`CREATE DATABASE ${name}`);
  ends.push(async () => {
    // Not by force: connections that are on their way out may end in peace, and PostgreSQL waits for them.
    await server.query(`DROP DATABASE ${name}`);
    await server.end();
  });
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return url.href;
}
