import { join } from 'node:path';
import { freePort } from '@infra-services/local-postgres';
import { createClient } from '@redis/client';
import type { Durability } from './durability.js';
import { onceListening } from './loopback.js';
import { startServer, type ServerProcess } from './server-process.js';

export interface RedisServer extends ServerProcess {
  durability(): Promise<Durability>;
}

/** Starts the `redis-server` on the path, keeping nothing on disk: the fastest that peers can have it. */
export async function startRedis(dir: string): Promise<RedisServer> {
  const port = await freePort();
  const server = await startServer({
    name: 'redis-server',
    command: 'redis-server',
    args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir, '--save', '', '--appendonly', 'no'],
    env: {},
    logFile: join(dir, 'redis.log'),
    ready: () => onceListening(port, `redis://127.0.0.1:${port}`),
  }).catch((error: unknown) => {
    if (!String(error).includes('ENOENT')) throw error;
    throw new Error('The benchmark needs redis-server on the path (Debian: apt-get install redis-server).');
  });
  return { ...server, durability: () => durabilityOfRedis(server.url) };
}

async function durabilityOfRedis(url: string): Promise<Durability> {
  const client = createClient({ url });
  await client.connect();
  try {
    const [appendonly, save] = await Promise.all([client.configGet('appendonly'), client.configGet('save')]);
    return { store: 'Redis', settings: { ...appendonly, ...save }, survivesPowerCut: null };
  } finally {
    await client.close();
  }
}
