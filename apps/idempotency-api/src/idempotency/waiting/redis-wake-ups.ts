import type { RedisConnection } from '../../infrastructure/redis/redis-connection.js';
import { identityOf, keyOf, type RecordKey } from '../domain/record.js';

const CHANNEL = 'idem:ended';

/** Tells other replicas' waiters that an execution has ended. A message that gets lost costs them a poll, not an answer. */
export class RedisWakeUps {
  constructor(private readonly redis: RedisConnection) {}

  /** Hears the ends that any replica tells. */
  listen(onEnded: (key: RecordKey) => void): void {
    // Whatever else it is, nobody waits for a record of that name.
    this.redis.subscribe(CHANNEL, (message) => {
      onEnded(keyOf(message));
    });
  }

  tell(key: RecordKey): void {
    void this.redis.attempt('PUBLISH', (client) => client.publish(CHANNEL, identityOf(key)));
  }
}
