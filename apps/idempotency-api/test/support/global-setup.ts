import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres } from '@infra-services/local-postgres';
import pg from 'pg';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/infrastructure/database/migrations.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL; its path names the template database. */
    postgresUrl: string;
    /** For files of tests; removed when the run is over. */
    scratchDir: string;
  }
}

/** Migrated once a run; each test file clones it, which takes a twentieth of migrating. */
const TEMPLATE = 'idempotency_template';

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** One real PostgreSQL a run: the one given, or a container, or the embedded one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = new URL(server.url);
  template.pathname = `/${TEMPLATE}`;
  await recreate(server.url, TEMPLATE);
  await migrate(template.href);
  const scratchDir = await mkdtemp(join(tmpdir(), 'idempotency-scratch-'));
  project.provide('postgresUrl', template.href);
  project.provide('scratchDir', scratchDir);
  return async () => {
    await rm(scratchDir, { recursive: true, force: true });
    await server.stop();
  };
}

async function startServer(): Promise<Server> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: () => Promise.resolve() };
  if (await containerEngineAnswers()) {
    const container = await new GenericContainer('postgres:18-bookworm')
      .withEnvironment({ POSTGRES_PASSWORD: 'test' })
      .withExposedPorts(5432)
      .withCommand(['-c', 'max_connections=300'])
      // Once while it initialises, once for good.
      .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
      .start();
    return {
      url: `postgres://postgres:test@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
      stop: async () => {
        await container.stop();
      },
    };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'idempotency-test-'));
  await chmod(dataDir, 0o755);
  const postgres = await startLocalPostgres({ dataDir: join(dataDir, 'data') });
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function containerEngineAnswers(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

async function recreate(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}
