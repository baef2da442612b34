import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { openApiDocument } from '@infra-services/idempotency-contract';
import { backgroundProviders } from './app.background.js';
import { encryptionProviders } from './app.encryption.js';
import type { Config } from './config/config.js';
import { AuditService } from './audit/audit.service.js';
import { AuditController } from './audit/http/audit.controller.js';
import { DeduplicationService } from './deduplication/deduplication.service.js';
import { DeduplicationsController } from './deduplication/http/deduplications.controller.js';
import { guarding, GUARDING_TASKS } from './guarding.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { ClaimsController } from './idempotency/http/claims.controller.js';
import { DEFAULTS } from './idempotency/http/defaults.js';
import { ExecutionsController } from './idempotency/http/executions.controller.js';
import { RecordsController } from './idempotency/http/records.controller.js';
import { TermsOfCalls } from './idempotency/http/terms-of-calls.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { IdempotencyStore } from './idempotency/persistence/idempotency.store.js';
import { RecordSeal } from './idempotency/persistence/record-seal.js';
import { CacheLease } from './idempotency/replay-cache/cache-lease.js';
import { RedisReplays } from './idempotency/replay-cache/redis-replays.js';
import { ReplayCache } from './idempotency/replay-cache/replay-cache.js';
import { ExecutionWaiters } from './idempotency/waiting/execution-waiters.js';
import { RedisWakeUps } from './idempotency/waiting/redis-wake-ups.js';
import { TaskRunner } from './background/task-runner.js';
import { Database } from './infrastructure/database/database.js';
import { Sealer } from './infrastructure/encryption/sealer.js';
import { LastCalls } from './infrastructure/http/last-calls.js';
import { keyHash, type Logger } from './infrastructure/logging/logger.js';
import { Metrics } from './infrastructure/metrics/metrics.js';
import type { RedisConnection } from './infrastructure/redis/redis-connection.js';
import { idsOf } from './infrastructure/tracing/trace-ids.js';
import type { Tracing } from './infrastructure/tracing/tracing.js';
import { KeyRegister } from './key-register/key-register.js';
import { Lifecycle, type BackgroundTask } from './lifecycle.js';
import { UsageCounter } from './limits/usage-counter.js';
import { Policies } from './policies/policies.js';
import { OPENAPI_DOCUMENT, ReferenceController } from './reference/reference.controller.js';
import { VERSION } from './version.js';

/** Nest's token for the connection to Redis; undefined where there is none. */
const REDIS = Symbol('RedisConnection');

/** Who implements the operations of the contract. Nest makes them, and `mountOperations` mounts them. */
export const CONTROLLERS = [
  ClaimsController,
  ExecutionsController,
  RecordsController,
  AuditController,
  DeduplicationsController,
  HealthController,
  ReferenceController,
] as const;

/** Wires the service: every class is plain, so this is the one place that knows who needs whom. */
@Module({})
export class AppModule {
  static with(config: Config, logger: Logger, tracing: Tracing | undefined): DynamicModule {
    return {
      module: AppModule,
      controllers: [...CONTROLLERS],
      providers: [
        Metrics,
        { provide: OPENAPI_DOCUMENT, useValue: openApiDocument(VERSION) },
        ...guarding(config, logger),
        ...persistence(config, logger, tracing),
        ...caches(config, logger, tracing),
        ...idempotency(config, logger, tracing),
        ...deduplication(),
        ...encryptionProviders(config, logger),
        ...backgroundProviders(config, logger),
        {
          provide: AuditService,
          useFactory: (db: Database) => new AuditService(db),
          inject: [Database],
        },
        lifecycle(tracing),
        gauges,
      ],
    };
  }
}

function persistence(config: Config, logger: Logger, tracing: Tracing | undefined): Provider[] {
  return [
    {
      provide: Database,
      useFactory: () =>
        new Database({
          url: config.DATABASE_URL,
          poolSize: config.DATABASE_POOL_SIZE,
          connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
          statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
          lockTimeoutMs: config.DATABASE_LOCK_TIMEOUT_MS,
          tracing,
          onConnectionLost: (error) => {
            // Not the error itself: the pool hangs its client onto it, with the key that cancels its statements.
            logger.warn({ reason: error.message }, 'a connection to PostgreSQL was lost');
          },
        }),
    },
    { provide: Readiness, useFactory: (db: Database) => new Readiness(db), inject: [Database] },
    {
      provide: LastCalls,
      useFactory: (readiness: Readiness) => new LastCalls(() => readiness.isDraining),
      inject: [Readiness],
    },
  ];
}

function caches(config: Config, logger: Logger, tracing: Tracing | undefined): Provider[] {
  const url = config.REDIS_URL;
  return [
    {
      provide: REDIS,
      // Loaded where there is a Redis, and only there.
      useFactory: async () => {
        if (url === undefined) return undefined;
        const { RedisConnection } = await import('./infrastructure/redis/redis-connection.js');
        return new RedisConnection({
          url,
          timeoutMs: config.REDIS_TIMEOUT_MS,
          tracing,
          onStateChange: (message) => {
            logger.warn(message);
          },
        });
      },
    },
    {
      provide: CacheLease,
      useFactory: (store: IdempotencyStore) =>
        new CacheLease({
          leaseMs: config.REPLAY_CACHE_LEASE_MS,
          readTerms: () => store.readCacheTerms(),
        }),
      inject: [IdempotencyStore],
    },
    {
      provide: ReplayCache,
      useFactory: (lease: CacheLease, redis: RedisConnection | undefined, sealer: Sealer, metrics: Metrics) =>
        new ReplayCache({
          maxBytes: config.REPLAY_CACHE_MAX_BYTES,
          lease,
          shared: redis && new RedisReplays(redis, sealer),
          onLookUp: (layer, hit) => {
            metrics.replayLookedUp(layer, hit);
          },
        }),
      inject: [CacheLease, REDIS, Sealer, Metrics],
    },
  ];
}

/**
 * All lanes of an operation together get a third of the connections, as it is seldom that more than two operations are busy. Where they
 * are, statements wait for each other's connections, in their order.
 */
function statementsAtOnce({ DATABASE_POOL_SIZE, BATCH_LANES }: Config): number {
  return Math.max(1, Math.floor(DATABASE_POOL_SIZE / 3 / BATCH_LANES));
}

function idempotency(config: Config, logger: Logger, tracing: Tracing | undefined): Provider[] {
  return [
    {
      provide: IdempotencyStore,
      useFactory: (db: Database, seal: RecordSeal, metrics: Metrics) =>
        new IdempotencyStore(
          db,
          seal,
          {
            lanes: config.BATCH_LANES,
            maxAtOnce: statementsAtOnce(config),
            maxBatchSize: config.BATCH_MAX_SIZE,
            maxQueued: config.BATCH_MAX_QUEUED,
            onBatch: (report) => {
              metrics.batchSent(report);
            },
            onShed: (operation) => {
              metrics.callShed(operation);
            },
            tracing,
          },
          config.REPLAY_CACHE_LEASE_MS,
        ),
      inject: [Database, RecordSeal, Metrics],
    },
    {
      provide: ExecutionWaiters,
      useFactory: (store: IdempotencyStore, redis: RedisConnection | undefined) => {
        const wakeUps = redis && new RedisWakeUps(redis);
        const waiters = new ExecutionWaiters({
          max: config.MAX_WAITERS,
          pollMs: config.WAIT_POLL_MS,
          findEnded: (keys) => store.findEnded(keys),
          tellOthers: wakeUps && ((key) => wakeUps.tell(key)),
        });
        wakeUps?.listen((key) => waiters.wake(key));
        return waiters;
      },
      inject: [IdempotencyStore, REDIS],
    },
    {
      provide: IdempotencyService,
      useFactory: (
        store: IdempotencyStore,
        replays: ReplayCache,
        waiters: ExecutionWaiters,
        metrics: Metrics,
        usage: UsageCounter,
      ) =>
        new IdempotencyService(store, replays, waiters, {
          claimDecided: (kind, attempt, isTakeover) => {
            metrics.claimDecided(kind, attempt, isTakeover);
          },
          claimLost: (operation, { tenant, namespace, key }) => {
            metrics.claimLost(operation);
            const span = tracing?.current();
            logger.warn(
              { operation, tenant, namespace, keyHash: keyHash(key), ...(span && idsOf(span)) },
              'a token that had lost its claim came back',
            );
          },
          executionEnded: ({ tenant }) => {
            usage.ended(tenant);
          },
        }),
      inject: [IdempotencyStore, ReplayCache, ExecutionWaiters, Metrics, UsageCounter],
    },
    {
      provide: TermsOfCalls,
      useFactory: (policies: Policies) => new TermsOfCalls(policies),
      inject: [Policies],
    },
    {
      provide: DEFAULTS,
      useValue: { maxOutcomeBytes: config.MAX_OUTCOME_BYTES },
    },
  ];
}

/** Has nothing to be asked for: it is made so that scrapes find what it watches. */
const gauges: Provider = {
  provide: Symbol('Gauges'),
  useFactory: (metrics: Metrics, store: IdempotencyStore, db: Database, waiters: ExecutionWaiters) => {
    metrics.watch({
      queueDepths: () => store.queueDepths(),
      pool: () => db.poolState(),
      waiters: () => waiters.waiting,
    });
    return metrics;
  },
  inject: [Metrics, IdempotencyStore, Database, ExecutionWaiters],
};

function deduplication(): Provider[] {
  return [
    {
      provide: DeduplicationService,
      useFactory: (db: Database) => new DeduplicationService(db),
      inject: [Database],
    },
  ];
}

function lifecycle(tracing: Tracing | undefined): Provider {
  return {
    provide: Lifecycle,
    useFactory: (
      readiness: Readiness,
      waiters: ExecutionWaiters,
      keys: KeyRegister,
      tasks: TaskRunner,
      lease: CacheLease,
      guardingTasks: BackgroundTask[],
      redis: RedisConnection | undefined,
      db: Database,
    ) => new Lifecycle(readiness, waiters, [keys, tasks, lease, ...guardingTasks], redis, db, tracing),
    inject: [
      Readiness,
      ExecutionWaiters,
      KeyRegister,
      TaskRunner,
      CacheLease,
      GUARDING_TASKS,
      REDIS,
      Database,
    ],
  };
}
