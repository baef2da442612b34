import { mkdir, mkdtemp, rm, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalPostgres } from '@infra-services/local-postgres';
import pg from 'pg';
import { startAgedPostgres } from './aged-postgres.js';
import { startRedis, type RedisServer } from './redis-server.js';

/** Not the system's folder for temporary files, which is memory on many machines: nothing there is durable. */
const dataDir = fileURLToPath(new URL('../../.data/', import.meta.url));

/** The stores of one run of the benchmark, started when they are first asked for, and a folder that goes with them. */
export class Stores {
  private postgres: Promise<LocalPostgres> | undefined;
  private redis: Promise<RedisServer> | undefined;

  private constructor(
    readonly dir: string,
    private readonly walMegabytes: number,
  ) {}

  static async create(walMegabytes: number): Promise<Stores> {
    await mkdir(dataDir, { recursive: true });
    const dir = await mkdtemp(join(dataDir, 'run-'));
    // PostgreSQL runs as a user of its own under root, and has to get to its data.
    await chmod(dir, 0o755);
    return new Stores(dir, walMegabytes);
  }

  /** Creates a database on the one PostgreSQL server, with the defaults of durability; its URL. */
  async createDatabase(name: string): Promise<string> {
    this.postgres ??= startAgedPostgres(join(this.dir, 'postgres'), this.walMegabytes);
    const server = await this.postgres;
    await withClient(server, (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`));
    return server.databaseUrl(name);
  }

  /** Ends a checkpoint, so that what follows finds as much write-ahead log to use again as a server that has run for a while. */
  async checkpoint(): Promise<void> {
    const server = await this.postgres;
    if (server) await withClient(server, (client) => client.query('CHECKPOINT'));
  }

  /** The one Redis server. */
  redisServer(): Promise<RedisServer> {
    this.redis ??= startRedis(this.dir);
    return this.redis;
  }

  logFile(name: string): string {
    return join(this.dir, `${name}.log`);
  }

  /** Ends the servers and removes their data. */
  async stop(): Promise<void> {
    const servers = await Promise.allSettled([this.postgres, this.redis]);
    for (const server of servers) {
      if (server.status === 'fulfilled') await server.value?.stop();
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}

async function withClient(
  server: LocalPostgres,
  run: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
}
