import { onTestFinished } from 'vitest';
import { createApp } from '../../src/app.factory.js';
import { readConfig } from '../../src/config/config.js';
import type { SettingName } from '../../src/config/settings.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { ApiClient } from './api-client.js';
import type { TestDatabase } from './database.js';
import { patient } from './limits-of-patience.js';
import { REPLAY_LEASE_MS } from './world.js';

/** A replica beside those of a world, with settings of its own, and the lines of its log. Closed with the test. */
export interface Replica {
  readonly api: ApiClient;
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** Starts one. */
export async function startReplica(
  database: TestDatabase,
  settings: Partial<Record<SettingName, string>>,
): Promise<Replica> {
  const config = readConfig({
    ...patient,
    DATABASE_URL: database.url,
    PORT: '0',
    REPLAY_CACHE_LEASE_MS: String(REPLAY_LEASE_MS),
    ...settings,
  });
  const log: string[] = [];
  const logger = createLogger(config.LOG_LEVEL, { write: (line: string) => void log.push(line) });
  const app = await createApp(config, logger);
  await app.listen(config.PORT, config.HOST);
  const api = new ApiClient(await app.getUrl());
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    api.close();
    return (closed ??= app.close());
  };
  onTestFinished(close);
  return { api, log, close };
}
