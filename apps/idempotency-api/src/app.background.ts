import type { Provider } from '@nestjs/common';
import type { Task } from './background/task.js';
import { TaskMetrics } from './background/task-metrics.js';
import { TaskRunner } from './background/task-runner.js';
import type { Config } from './config/config.js';
import { DetectionMetrics } from './detection/detection-metrics.js';
import { UnknownOutcomeDetection } from './detection/unknown-outcomes.js';
import { RecordSeal } from './idempotency/persistence/record-seal.js';
import { Database } from './infrastructure/database/database.js';
import { Sealer } from './infrastructure/encryption/sealer.js';
import type { Logger } from './infrastructure/logging/logger.js';
import { Metrics } from './infrastructure/metrics/metrics.js';
import { RetentionSweeper } from './retention/retention.sweeper.js';
import { KeyRotation } from './rotation/key-rotation.js';
import { RotationMetrics } from './rotation/rotation-metrics.js';

/** What goes on in the background, each task on one replica at a time (docs/adr/0014-background-tasks.md). */
export function backgroundProviders(config: Config, logger: Logger): Provider[] {
  return [
    sweeper(config),
    detection(config, logger),
    rotation(config, logger),
    {
      provide: TaskRunner,
      useFactory: (
        db: Database,
        metrics: Metrics,
        sweep: RetentionSweeper,
        detect: UnknownOutcomeDetection,
        rotate: KeyRotation | undefined,
      ) => new TaskRunner(db, tasksOf(sweep, detect, rotate), runnerOptions(config, metrics, logger)),
      inject: [Database, Metrics, RetentionSweeper, UnknownOutcomeDetection, KeyRotation],
    },
  ];
}

function tasksOf(...tasks: readonly (Task | undefined)[]): Task[] {
  return tasks.filter((task) => task !== undefined);
}

function runnerOptions(config: Config, metrics: Metrics, logger: Logger) {
  const told = new TaskMetrics(metrics.registry);
  return {
    pollMs: config.BACKGROUND_POLL_MS,
    leaseMs: config.BACKGROUND_LEASE_MS,
    events: {
      seen: told.seen.bind(told),
      began: told.began.bind(told),
      ended: told.ended.bind(told),
      failed: (task: string, error: unknown) => {
        told.failed(task);
        logger.warn({ task, err: error }, 'a background task failed; it comes again');
      },
    },
  };
}

function sweeper(config: Config): Provider {
  return {
    provide: RetentionSweeper,
    useFactory: (db: Database, metrics: Metrics) =>
      new RetentionSweeper(db, {
        intervalMs: config.SWEEP_INTERVAL_MS,
        batchSize: config.SWEEP_BATCH_SIZE,
        onSwept: (table, rows) => {
          metrics.rowsSwept(table, rows);
        },
      }),
    inject: [Database, Metrics],
  };
}

function detection(config: Config, logger: Logger): Provider {
  return {
    provide: UnknownOutcomeDetection,
    useFactory: (db: Database, metrics: Metrics) => {
      const told = new DetectionMetrics(metrics.registry);
      return new UnknownOutcomeDetection(db, {
        intervalMs: config.DETECTION_INTERVAL_MS,
        onCounted: told.counted.bind(told),
        onAppeared: (appeared, unknown) => {
          metrics.leasesExpired('block', appeared);
          logger.warn({ appeared, unknown }, 'outcomes have become unknown: resolve their records');
        },
      });
    },
    inject: [Database, Metrics],
  };
}

/** Undefined where nothing is sealed: then there is no key to bring anything under. */
function rotation(config: Config, logger: Logger): Provider {
  return {
    provide: KeyRotation,
    useFactory: (db: Database, sealer: Sealer, seal: RecordSeal, metrics: Metrics) => {
      const { activeKey } = sealer;
      if (!activeKey) return undefined;
      const told = new RotationMetrics(metrics.registry);
      return new KeyRotation(db, seal, {
        activeKey,
        intervalMs: config.ROTATION_INTERVAL_MS,
        batchSize: config.ROTATION_BATCH_SIZE,
        onRotated: told.rotated.bind(told),
        onProgress: told.progressed.bind(told),
        onPassOver: ({ keyId, examined, rotated, left, unreadable }) => {
          const level = unreadable > 0 ? 'error' : 'info';
          logger[level]({ keyId, examined, rotated, left, unreadable }, 'a pass of key rotation is over');
        },
        onRetired: (keyIds) => {
          logger.info({ keyIds }, 'nothing is encrypted under these keys any more: they may leave KEYS_FILE');
        },
      });
    },
    inject: [Database, Sealer, RecordSeal, Metrics],
  };
}
