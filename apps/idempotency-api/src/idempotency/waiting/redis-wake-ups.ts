import type { RedisConnection } from '../../infrastructure/redis/redis-connection.js';
import { identityOf, type RecordKey } from '../domain/record.js';

const CHANNEL = 'idem:ended';

/** Tells other replicas' waiters that an execution has ended. A message that gets lost costs them a poll, not an answer. */
export class RedisWakeUps {
  constructor(private readonly redis: RedisConnection) {}

  /** Hears the ends that any replica tells. */
  listen(onEnded: (key: RecordKey) => void): void {
    this.redis.subscribe(CHANNEL, (message) => {
      const [tenant, namespace, key, ...more] = message.split('\0');
      if (tenant !== undefined && namespace !== undefined && key !== undefined && more.length === 0) {
        onEnded({ tenant, namespace, key });
      }
    });
  }

  tell(key: RecordKey): void {
    void this.redis.attempt('PUBLISH', (client) => client.publish(CHANNEL, identityOf(key)));
  }
}
