import { databaseOfItsOwn, databaseOn } from './database.js';
import { startServiceProcess, type ServiceProcess } from './service-process.js';

export interface LocalServiceOptions {
  /** A PostgreSQL server that runs; absent: one is started for this service alone. */
  readonly postgresUrl?: string;
  /** Environment variables beside the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The Idempotency API in a process of its own, on a database of its own. */
export interface LocalService {
  /** Stays the same over restarts. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly pid: number;
  /** SIGKILL: what a crash is. The address answers nothing until `start`. */
  kill(): Promise<void>;
  /** Starts it again, at the same address and on the same database. */
  start(): Promise<void>;
  /** SIGTERM, and the database removed. */
  stop(): Promise<void>;
}

/** Starts the built service and waits until it listens. Whoever starts it stops it. */
export async function startLocalService(options: LocalServiceOptions = {}): Promise<LocalService> {
  const { postgresUrl, settings = {} } = options;
  const database = await (postgresUrl === undefined ? databaseOfItsOwn() : databaseOn(postgresUrl));
  const environment = { ...settings, DATABASE_URL: database.url };
  let service: ServiceProcess;
  try {
    service = await startServiceProcess({ PORT: '0', ...environment });
  } catch (error) {
    await database.remove();
    throw error;
  }
  const { url } = service;
  return {
    url,
    databaseUrl: database.url,
    get pid() {
      return service.child.pid ?? 0;
    },
    kill: () => service.end('SIGKILL'),
    start: async () => {
      service = await startServiceProcess({ PORT: new URL(url).port, ...environment });
    },
    stop: async () => {
      await service.end('SIGTERM');
      await database.remove();
    },
  };
}
