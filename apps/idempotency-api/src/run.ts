import { getHeapStatistics } from 'node:v8';
import { refuseCacheBeyondHeap } from './config/cache-memory.js';
import { readConfig } from './config/config.js';
import { refuseExposure } from './config/exposure.js';
import { migrate } from './infrastructure/database/migrations.js';
import { LastCalls } from './infrastructure/http/last-calls.js';
import { createLogger } from './infrastructure/logging/logger.js';
import { Lifecycle } from './lifecycle.js';
import { CannotListen } from './startup-failure.js';
import { shortenCollections } from './young-generation.js';

/**
 * Connections that may wait to be accepted. Node.js' 511 overflow when a thousand callers come at once, and whoever
 * does not fit tries again only after a second. Linux takes at most net.core.somaxconn, 4096 by default.
 */
const LISTEN_BACKLOG = 4_096;

/** A running service. */
export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** Says that it is not ready, serves a while longer, finishes what was accepted and stops; at the deadline in any case. */
  stop(): Promise<void>;
}

/** Migrates, builds and listens. Throws with one line to show: see `explain` in startup-failure.ts. */
export async function run(environment: NodeJS.ProcessEnv): Promise<Service> {
  shortenCollections();
  const config = readConfig(environment);
  refuseExposure(config);
  refuseCacheBeyondHeap(config, getHeapStatistics().heap_size_limit);
  const logger = createLogger(config.LOG_LEVEL);
  // Not before: a setting that is refused needs a fraction of all modules to be told. And they load while PostgreSQL answers.
  const [{ createApp }, applied] = await Promise.all([
    import('./app.factory.js'),
    migrate(config.DATABASE_URL),
  ]);
  if (applied.length > 0) logger.info({ applied }, 'schema migrated');
  const app = await createApp(config, logger);
  try {
    await app.listen({ port: config.PORT, host: config.HOST, backlog: LISTEN_BACKLOG });
  } catch (error) {
    await app.close();
    throw new CannotListen(error);
  }
  const url = await app.getUrl();
  logger.info({ url }, 'listening');
  // Whoever started us waits for that line.
  logger.flush();
  return {
    url,
    stop: async () => {
      const deadline = setTimeout(() => {
        logger.error(
          { deadlineMs: config.SHUTDOWN_DEADLINE_MS },
          'calls were cut off at the shutdown deadline',
        );
        process.exit(1);
      }, config.SHUTDOWN_DEADLINE_MS);
      logger.info({ drainMs: config.SHUTDOWN_DRAIN_MS }, 'stopping');
      await app.get(Lifecycle).drain(config.SHUTDOWN_DRAIN_MS);
      await app.get(LastCalls).finish(app.getHttpServer());
      await app.close();
      clearTimeout(deadline);
      logger.info('stopped');
    },
  };
}
