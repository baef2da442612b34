import { startOwnProgram } from './own-program.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

/** A peer that keeps its keys in Redis, behind Fastify. */
export async function startRedisPeer(stores: Stores, name: 'node-idempotency' | 'powertools'): Promise<Side> {
  const redis = await stores.redisServer();
  const server = await startOwnProgram(stores, name, { REDIS_URL: redis.url });
  return { ...server, databaseUrl: undefined, durability: () => redis.durability() };
}
