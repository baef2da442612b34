import type { RedisConnection } from '../../infrastructure/redis/redis-connection.js';
import type { RecordKey } from '../domain/record.js';
import { decodeReplay, encodeReplay } from './replay-codec.js';
import type { CachedReplay, SharedReplays } from './replay-cache.js';

/** Part of the name, so that versions with another layout do not meet each other's values. */
const LAYOUT = 'idem:r1';

/** Redis forgets by itself; what it still holds after that long would hardly be asked for. Milliseconds. */
const MAX_STAY_MS = 24 * 60 * 60 * 1000;

/** Larger outcomes would cost a shared Redis more than they save. */
const MAX_VALUE_BYTES = 256 * 1024;

/** Replays in Redis. Down, slow, full or wrong, it is a miss. */
export class RedisReplays implements SharedReplays {
  constructor(private readonly redis: RedisConnection) {}

  async find(key: RecordKey): Promise<CachedReplay | undefined> {
    const bytes = await this.redis.attempt('GET', (client) => client.getBuffer(nameOf(key)));
    return bytes ? decodeReplay(bytes, key) : undefined;
  }

  keep(entry: CachedReplay): void {
    const bytes = encodeReplay(entry);
    if (bytes.length > MAX_VALUE_BYTES) return;
    const { completedAt, expiresAt } = entry.replay;
    const stayMs = Math.min(expiresAt.getTime() - completedAt.getTime(), MAX_STAY_MS);
    if (stayMs <= 0) return;
    void this.redis.attempt('SET', (client) =>
      client.set(nameOf(entry.replay), bytes, 'PX', Math.ceil(stayMs)),
    );
  }
}

function nameOf({ tenant, namespace, key }: RecordKey): string {
  return `${LAYOUT}:${tenant}:${namespace}:${key}`;
}
