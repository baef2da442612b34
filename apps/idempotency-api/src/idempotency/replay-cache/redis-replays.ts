import { isSealed } from '../../infrastructure/encryption/envelope.js';
import type { Sealer } from '../../infrastructure/encryption/sealer.js';
import type { RedisConnection } from '../../infrastructure/redis/redis-connection.js';
import { identityOf, type RecordKey } from '../domain/record.js';
import { decodeReplay, encodeReplay } from './replay-codec.js';
import type { CachedReplay, SharedReplays } from './replay-cache.js';

/**
 * Part of the name, so that versions with another layout do not meet each other's values: replicas that seal do not
 * find what others have left in the clear, and those that do not seal would take sealed bytes for an outcome.
 */
const LAYOUT = 'idem:r1';
const SEALED_LAYOUT = 'idem:s1';

/** Redis forgets by itself; what it still holds after that long would hardly be asked for. Milliseconds. */
const MAX_STAY_MS = 24 * 60 * 60 * 1000;

/** Larger outcomes would cost a shared Redis more than they save. */
const MAX_VALUE_BYTES = 256 * 1024;

/** Replays in Redis. Down, slow, full or wrong, it is a miss. */
export class RedisReplays implements SharedReplays {
  constructor(
    private readonly redis: RedisConnection,
    private readonly sealer: Sealer,
  ) {}

  async find(key: RecordKey): Promise<CachedReplay | undefined> {
    const bytes = await this.redis.attempt('GET', (client) => client.getBuffer(this.nameOf(key)));
    const plain = bytes && this.sealer.activeKey ? this.open(bytes, key) : bytes;
    return plain ? decodeReplay(plain, key) : undefined;
  }

  keep(entry: CachedReplay): void {
    const { replay } = entry;
    const plain = encodeReplay(entry);
    if (plain.length > MAX_VALUE_BYTES) return;
    const stayMs = Math.min(replay.expiresAt.getTime() - replay.completedAt.getTime(), MAX_STAY_MS);
    if (stayMs <= 0) return;
    const bytes = Buffer.from(this.sealer.seal(plain, contextOf(replay)));
    void this.redis.attempt('SET', (client) =>
      client.set(this.nameOf(replay), bytes, 'PX', Math.ceil(stayMs)),
    );
  }

  /** Undefined for what was not sealed for this record: then somebody else has put it there. */
  private open(bytes: Buffer, key: RecordKey): Buffer | undefined {
    const opened = isSealed(bytes) ? this.sealer.open(bytes, contextOf(key)) : undefined;
    return opened?.kind === 'plain' ? Buffer.from(opened.bytes) : undefined;
  }

  private nameOf({ tenant, namespace, key }: RecordKey): string {
    return `${this.sealer.activeKey ? SEALED_LAYOUT : LAYOUT}:${tenant}:${namespace}:${key}`;
  }
}

function contextOf(key: RecordKey): string {
  return `replay\0${identityOf(key)}`;
}
