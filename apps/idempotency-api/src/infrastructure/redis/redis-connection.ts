import { circuitBreaker, ConsecutiveBreaker, handleAll, type CircuitBreakerPolicy } from 'cockatiel';
import { Redis } from 'ioredis';
import type { Tracing } from '../tracing/tracing.js';

export interface RedisOptions {
  readonly url: string;
  /** Milliseconds that a command may take. */
  readonly timeoutMs: number;
  onStateChange(message: string): void;
  readonly tracing?: Tracing | undefined;
}

/** So many failures in a row say that Redis is away; one slow answer does not. */
const FAILURES_TO_OPEN = 5;

/** Then it is left alone for so long, and one command tries again. Milliseconds. */
const HALF_OPEN_AFTER_MS = 1_000;

/** Never waits longer than this between two attempts to connect. Milliseconds. */
const RECONNECT_AT_MOST_MS = 2_000;

/** Redis as something that may be missing: every command has a budget, and a circuit breaker stops asking. */
export class RedisConnection {
  private readonly client: Redis;
  private readonly subscriber: Redis;
  private readonly breaker: CircuitBreakerPolicy;

  constructor(private readonly options: RedisOptions) {
    const shared = {
      connectTimeout: 1_000,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, RECONNECT_AT_MOST_MS),
    };
    this.client = new Redis(options.url, {
      ...shared,
      commandTimeout: options.timeoutMs,
      // A command that cannot be sent now is a miss now.
      enableOfflineQueue: false,
      enableAutoPipelining: true,
    });
    // A connection that listens cannot ask. The library's own resubscription has no caller: its failure would be an
    // unhandled rejection, which ends the process.
    this.subscriber = new Redis(options.url, { ...shared, autoResubscribe: false });
    for (const connection of [this.client, this.subscriber]) connection.on('error', () => undefined);
    this.breaker = circuitBreaker(handleAll, {
      halfOpenAfter: HALF_OPEN_AFTER_MS,
      breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
    });
    this.breaker.onBreak(() => {
      options.onStateChange('Redis does not answer: going on without it');
    });
    this.breaker.onReset(() => {
      options.onStateChange('Redis answers again');
    });
  }

  /** The command's result, or undefined if Redis did not give one in time. Never throws. Traces show `name`. */
  async attempt<Result>(
    name: string,
    command: (client: Redis) => Promise<Result>,
  ): Promise<Result | undefined> {
    const { tracing } = this.options;
    const run = (): Promise<Result> => this.breaker.execute(() => command(this.client));
    try {
      return await (tracing ? tracing.command(name, run) : run());
    } catch {
      return undefined;
    }
  }

  /** Hears a channel, from now on and again after every reconnection. */
  subscribe(channel: string, onMessage: (message: string) => void): void {
    this.subscriber.on('message', (heardOn: string, message: string) => {
      if (heardOn === channel) onMessage(message);
    });
    // A subscription that fails is asked for again by the next connection.
    const subscribe = (): void => void this.subscriber.subscribe(channel).catch(() => undefined);
    this.subscriber.on('ready', subscribe);
    if (this.subscriber.status === 'ready') subscribe();
  }

  close(): void {
    this.client.disconnect();
    this.subscriber.disconnect();
  }
}
