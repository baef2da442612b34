import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll } from 'vitest';
import { createApp } from '../../src/app.factory.js';
import { readConfig } from '../../src/config/config.js';
import type { SettingName } from '../../src/config/settings.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Metrics } from '../../src/infrastructure/metrics/metrics.js';
import { ApiClient } from './api-client.js';
import { createDatabase, type TestDatabase } from './database.js';
import { expectDiscretion } from './discretion.js';
import { patient } from './limits-of-patience.js';

/** How long replicas rely on a look at what was deleted: short, as a test that deletes waits for it. */
export const REPLAY_LEASE_MS = 100;

type Settings = Partial<Record<SettingName, string>>;

interface WorldOptions {
  readonly replicas?: number;
  readonly settings?: Settings;
  /** Changes the database before the replicas start. */
  readonly arrange?: (database: TestDatabase) => Promise<unknown>;
}

/** A service on a database of its own: what a test file runs against. */
export interface World {
  /** The first replica. */
  readonly api: ApiClient;
  /** Every replica, on one database. */
  readonly replicas: readonly ApiClient[];
  readonly apps: readonly NestFastifyApplication[];
  readonly database: TestDatabase;
  /** What the replicas have logged, at level `debug` unless `settings` say otherwise. */
  readonly logs: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts replicas on a fresh database. The caller closes it, and that fails if logs or metrics have shown what callers
 * sent; `useWorld` does so by itself.
 */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const database = await createDatabase();
  await options.arrange?.(database);
  const apps: NestFastifyApplication[] = [];
  const logs: string[] = [];
  for (let index = 0; index < (options.replicas ?? 1); index++) {
    const config = readConfig({
      ...patient,
      DATABASE_URL: database.url,
      LOG_LEVEL: 'debug',
      PORT: '0',
      REPLAY_CACHE_LEASE_MS: String(REPLAY_LEASE_MS),
      ...options.settings,
    });
    const app = await createApp(
      config,
      createLogger(config.LOG_LEVEL, { write: (line) => void logs.push(line) }),
    );
    await app.listen(config.PORT, config.HOST);
    apps.push(app);
  }
  const replicas = await Promise.all(apps.map(async (app) => new ApiClient(await app.getUrl())));
  return {
    api: replicas[0]!,
    replicas,
    apps,
    database,
    logs,
    close: async () => {
      const metrics = await Promise.all(apps.map((app) => app.get(Metrics).expose()));
      for (const replica of replicas) replica.close();
      await Promise.all(apps.map((app) => app.close()));
      await database.drop();
      expectDiscretion([...logs, ...metrics.flatMap((text) => text.split('\n'))]);
    },
  };
}

/** One world for the tests of a file or a describe block. Its members are there once tests run. */
export function useWorld(options: WorldOptions = {}): World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await startWorld(options);
  });
  afterAll(async () => {
    await world?.close();
  });
  return new Proxy({} as World, {
    get: (_, member) => {
      if (!world) throw new Error('the world is there once tests run');
      return world[member as keyof World];
    },
  });
}

/** A key that no other test uses. */
export function newKey(): string {
  return `key-${randomUUID()}`;
}
