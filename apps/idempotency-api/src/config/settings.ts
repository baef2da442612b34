import { limits } from '@infra-services/idempotency-contract';

/** One environment variable: its bounds, its default and why it is that. The source of docs/configuration.md. */
export interface Setting {
  readonly type: 'integer' | 'string';
  readonly default?: number | string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly description: string;
}

const MEBIBYTE = 1024 * 1024;

/** Every setting of the service. Units are in the names. */
export const settings = {
  HOST: {
    type: 'string',
    default: '127.0.0.1',
    description:
      'Address to listen on. One that others can reach needs AUTH_MODE=token, or ALLOW_UNAUTHENTICATED=true.',
  },
  PORT: {
    type: 'integer',
    default: 3000,
    minimum: 0,
    maximum: 65_535,
    description: 'Port to listen on; 0 lets the system choose.',
  },
  AUTH_MODE: {
    type: 'string',
    default: 'off',
    enum: ['off', 'token'],
    description:
      '`token`: calls carry a bearer token of TOKENS_FILE, which says who the tenant is. `off`: everybody is the tenant `default` and may do everything.',
  },
  ALLOW_UNAUTHENTICATED: {
    type: 'string',
    default: 'false',
    enum: ['true', 'false'],
    description: 'Lets AUTH_MODE=off listen where others can reach it: inside a network that you trust.',
  },
  TOKENS_FILE: {
    type: 'string',
    description:
      'Path of the [tokens file](access.md#the-tokens-file), read again when it changes. Required by AUTH_MODE=token.',
  },
  POLICIES_FILE: {
    type: 'string',
    description:
      'Path of the [policies file](access.md#the-policies-file): defaults and maxima by namespace, limits by tenant. Read again when it changes. Absent: neither.',
  },
  FILES_POLL_MS: {
    type: 'integer',
    default: 1_000,
    minimum: 50,
    maximum: 60_000,
    description: 'Pause between looks for changes of these files.',
  },
  USAGE_COUNT_INTERVAL_MS: {
    type: 'integer',
    default: 5_000,
    minimum: 50,
    maximum: 3_600_000,
    description:
      'Pause between counts of what limited tenants hold. Limits on open claims and stored bytes are late by as much.',
  },
  DATABASE_URL: {
    type: 'string',
    pattern: '^postgres(ql)?://',
    description:
      'PostgreSQL 15–18, `postgres://user:password@host:port/database`. Required, except by `pnpm start`, which brings up a PostgreSQL of its own without it.',
  },
  DATABASE_POOL_SIZE: {
    type: 'integer',
    default: 10,
    minimum: 2,
    maximum: 200,
    description:
      'Connections of this replica. Batching needs few: of each operation, up to a third have a statement in flight where the database is far away or late.',
  },
  DATABASE_CONNECT_TIMEOUT_MS: {
    type: 'integer',
    default: 600,
    minimum: 50,
    maximum: 60_000,
    description:
      'Wait for a connection. With the statement timeout it stays below the two seconds within which callers are told that the store is away.',
  },
  DATABASE_STATEMENT_TIMEOUT_MS: {
    type: 'integer',
    default: 1_300,
    minimum: 50,
    maximum: 60_000,
    description: 'Wait for a statement.',
  },
  DATABASE_LOCK_TIMEOUT_MS: {
    type: 'integer',
    default: 500,
    minimum: 10,
    maximum: 30_000,
    description:
      'Wait for a row that another session holds, three eighths of the statement timeout at the most. Calls in the same statement wait with it, up to twice as long.',
  },
  BATCH_LANES: {
    type: 'integer',
    default: 1,
    minimum: 1,
    maximum: 16,
    description:
      'Lanes of one operation: each has one statement in flight, two while BATCH_MAX_SIZE calls wait in it, and several where the database is far away or late.',
  },
  BATCH_MAX_SIZE: {
    type: 'integer',
    // A call of 500 claims, which is what the contract allows, is one statement and not parts of two.
    default: 500,
    minimum: 1,
    maximum: 2_000,
    description: 'Calls that one statement carries at the most.',
  },
  BATCH_MAX_QUEUED: {
    type: 'integer',
    default: 10_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Calls of one operation that may wait for a statement; more are answered 503 `OVERLOADED`.',
  },
  LEASE_DEFAULT_MS: {
    type: 'integer',
    default: limits.leaseDefaultMs,
    minimum: limits.leaseMinMs,
    maximum: limits.leaseMaxMs,
    description: 'Lease of a claim that names none.',
  },
  RETENTION_DEFAULT_MS: {
    type: 'integer',
    default: limits.retentionDefaultMs,
    minimum: limits.retentionMinMs,
    maximum: limits.retentionMaxMs,
    description: 'Retention of an outcome, and of a deduplicated id, that names none.',
  },
  MAX_OUTCOME_BYTES: {
    type: 'integer',
    default: limits.outcomeMaxBytes,
    minimum: 1_024,
    maximum: 64 * MEBIBYTE,
    description: 'Largest outcome, as compact JSON in UTF-8.',
  },
  MAX_BODY_BYTES: {
    type: 'integer',
    default: 8 * MEBIBYTE,
    minimum: 1_024,
    maximum: 256 * MEBIBYTE,
    description: 'Largest request body. Must leave room for an outcome whose JSON is written with escapes.',
  },
  REPLAY_CACHE_MAX_BYTES: {
    type: 'integer',
    default: 64 * MEBIBYTE,
    minimum: 0,
    maximum: 65_536 * MEBIBYTE,
    description:
      'Completed outcomes kept in this process, in its heap and at most half of that; 0 keeps none.',
  },
  REPLAY_CACHE_LEASE_MS: {
    type: 'integer',
    default: 500,
    minimum: 0,
    maximum: 60_000,
    description:
      'How long a replica relies on one look at what was deleted, and how long the deletion of a completed record takes. The same on all replicas; 0 turns both caches off.',
  },
  REDIS_URL: {
    type: 'string',
    pattern: '^rediss?://',
    description:
      'Redis, `redis://user:password@host:port/db`: outcomes shared between replicas, and waiters woken at once. Absent: neither. Its failures cost speed alone.',
  },
  REDIS_TIMEOUT_MS: {
    type: 'integer',
    default: 50,
    minimum: 1,
    maximum: 10_000,
    description: 'Wait for Redis; longer is a miss.',
  },
  MAX_WAITERS: {
    type: 'integer',
    default: 10_000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Calls that may wait for an execution in flight; more are answered at once.',
  },
  WAIT_POLL_MS: {
    type: 'integer',
    default: 100,
    minimum: 10,
    maximum: 10_000,
    description: 'Pause between looks for executions that ended on another replica.',
  },
  SWEEP_INTERVAL_MS: {
    type: 'integer',
    default: 60_000,
    minimum: 100,
    maximum: 86_400_000,
    description: 'Pause between sweeps of what is over, over all replicas: one of them sweeps.',
  },
  SWEEP_BATCH_SIZE: {
    type: 'integer',
    default: 500,
    minimum: 1,
    maximum: 10_000,
    description: 'Rows that one sweep statement deletes at the most.',
  },
  DETECTION_INTERVAL_MS: {
    type: 'integer',
    default: 15_000,
    minimum: 100,
    maximum: 86_400_000,
    description: 'Pause between counts of open records and unknown outcomes, over all replicas.',
  },
  BACKGROUND_POLL_MS: {
    type: 'integer',
    default: 1_000,
    minimum: 10,
    maximum: 60_000,
    description: 'Pause between looks of a replica for background tasks that are due and that nobody runs.',
  },
  BACKGROUND_LEASE_MS: {
    type: 'integer',
    default: 15_000,
    minimum: 100,
    maximum: 600_000,
    description:
      'How long a replica that runs a background task is presumed alive without a sign; then another takes over. Longer than a statement may take.',
  },
  KEYS_FILE: {
    type: 'string',
    description:
      'Keys that outcomes and checkpoints are encrypted with: JSON, `{"keys":[{"id":"2026-11","key":"<32 bytes in base64>"}],"active":"2026-11"}`. `active` null reads and encrypts nothing. Absent: nothing is encrypted. See docs/encryption.md.',
  },
  ROTATION_INTERVAL_MS: {
    type: 'integer',
    default: 3_600_000,
    minimum: 100,
    maximum: 86_400_000,
    description:
      'Pause between passes over all records that bring them under the active key. A new active key does not wait for it.',
  },
  ROTATION_BATCH_SIZE: {
    type: 'integer',
    default: 500,
    minimum: 1,
    maximum: 5_000,
    description: 'Records that one step of such a pass looks at, at the most.',
  },
  SHUTDOWN_DRAIN_MS: {
    type: 'integer',
    default: 250,
    minimum: 0,
    maximum: 600_000,
    description:
      'After SIGTERM or SIGINT: not ready, and still answering, each answer the last one on its connection. Behind a balancer, longer than it takes to notice: two of its health checks.',
  },
  SHUTDOWN_DEADLINE_MS: {
    type: 'integer',
    default: 10_000,
    minimum: 0,
    maximum: 600_000,
    description: 'Time until the end after SIGTERM or SIGINT, SHUTDOWN_DRAIN_MS included.',
  },
  LOG_LEVEL: {
    type: 'string',
    default: 'info',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
    description: 'pino level.',
  },
  LOG_CALLS: {
    type: 'string',
    default: 'all',
    enum: ['all', 'failed', 'none'],
    description: 'Calls that leave a line, at level `info`: all, those answered with a problem, or none.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    type: 'string',
    pattern: '^https?://',
    description:
      'Collector for traces, OTLP over HTTP, `http://host:4318`. Absent: no spans are made, which costs nothing.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    type: 'string',
    default: '',
    pattern: '^(?:[^=,\\s]+=[^,]*(?:,[^=,\\s]+=[^,]*)*)?$',
    description: 'Header fields for the collector, `name=value,…`, values percent-encoded; a secret.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    type: 'string',
    default: '1',
    pattern: '^(?:0(?:\\.\\d{1,9})?|1(?:\\.0{1,9})?)$',
    description:
      'Share of the traces that begin here which are recorded, 0 to 1. A caller’s `traceparent` decides for its own.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
