import type { Provider } from '@nestjs/common';
import { AccessMetrics } from './access/access.metrics.js';
import { openDoor, TokenAuthenticator, type Authenticator } from './access/authenticator.js';
import type { Guard } from './access/http/guard-calls.js';
import { parseTokens } from './access/token-file.js';
import type { Config } from './config/config.js';
import { tokensFileMissing } from './config/exposure.js';
import { Database } from './infrastructure/database/database.js';
import { WatchedFile } from './infrastructure/files/watched-file.js';
import type { Logger } from './infrastructure/logging/logger.js';
import { Metrics } from './infrastructure/metrics/metrics.js';
import { TenantLimits } from './limits/tenant-limits.js';
import { UsageCounter } from './limits/usage-counter.js';
import type { BackgroundTask } from './lifecycle.js';
import { Policies } from './policies/policies.js';
import { noPolicies, parsePolicies } from './policies/policy-file.js';

/** Nest's token for what is asked before every call. */
export const GUARD = Symbol('Guard');

/** Nest's token for what runs in the background for access and limits. */
export const GUARDING_TASKS = Symbol('GuardingTasks');

/**
 * Tokens, policies and limits. Their files are read here and now, so that a bad one stops the service before it
 * listens. Throws `FileRefused`, `ConfigRefused`.
 */
export function guarding(config: Config, logger: Logger): Provider[] {
  const files = openFiles(config, logger);
  const { tokens, policies } = files;
  return [
    {
      provide: AccessMetrics,
      useFactory: (metrics: Metrics) => files.countIn(new AccessMetrics(metrics.registry)),
      inject: [Metrics],
    },
    {
      provide: Policies,
      useFactory: () =>
        new Policies(
          { leaseMs: config.LEASE_DEFAULT_MS, retentionMs: config.RETENTION_DEFAULT_MS },
          () => policies?.content ?? noPolicies,
        ),
    },
    {
      provide: UsageCounter,
      useFactory: (db: Database) =>
        new UsageCounter(db, {
          intervalMs: config.USAGE_COUNT_INTERVAL_MS,
          onFailed: (error) => {
            logger.warn({ err: error }, 'what tenants hold was not counted; the next count goes on');
          },
        }),
      inject: [Database],
    },
    {
      provide: TenantLimits,
      useFactory: (inForce: Policies, usage: UsageCounter, metrics: AccessMetrics) =>
        new TenantLimits({
          policies: inForce,
          usage,
          usageIntervalMs: config.USAGE_COUNT_INTERVAL_MS,
          onRefused: (reason) => {
            metrics.refused(reason);
          },
        }),
      inject: [Policies, UsageCounter, AccessMetrics],
    },
    {
      provide: GUARD,
      useFactory: (limits: TenantLimits, metrics: AccessMetrics): Guard => ({
        authenticator: authenticatorOf(config, tokens && (() => tokens.content)),
        admit: (tenant) => {
          limits.admit(tenant);
        },
        onRefused: (reason) => {
          metrics.refused(reason);
        },
      }),
      inject: [TenantLimits, AccessMetrics],
    },
    {
      provide: GUARDING_TASKS,
      useFactory: (usage: UsageCounter): BackgroundTask[] => [
        ...(tokens ? [tokens] : []),
        ...(policies ? [policies, usage] : []),
      ],
      inject: [UsageCounter],
    },
  ];
}

function authenticatorOf(
  config: Config,
  table: (() => ReturnType<typeof parseTokens>) | undefined,
): Authenticator {
  if (config.AUTH_MODE === 'off') return openDoor;
  // Never an open door for want of a file.
  if (!table) throw tokensFileMissing();
  return new TokenAuthenticator(table);
}

function openFiles(config: Config, logger: Logger) {
  let metrics: AccessMetrics | undefined;
  const open = <Content>(setting: string, path: string, parse: (bytes: Buffer) => Content) =>
    new WatchedFile({
      setting,
      path,
      pollMs: config.FILES_POLL_MS,
      parse,
      onReloaded: () => {
        metrics?.reloaded(setting, 'ok');
        logger.info({ file: setting }, 'a changed file is in force');
      },
      onRefused: (reason) => {
        metrics?.reloaded(setting, 'refused');
        logger.error(
          { file: setting, reason },
          'a changed file is refused; the former content stays in force',
        );
      },
    });
  const { AUTH_MODE: mode, TOKENS_FILE: tokensPath, POLICIES_FILE: policiesPath } = config;
  const tokens = mode === 'token' && tokensPath ? open('TOKENS_FILE', tokensPath, parseTokens) : undefined;
  const policies = policiesPath ? open('POLICIES_FILE', policiesPath, parsePolicies) : undefined;
  return {
    tokens,
    policies,
    countIn: (counter: AccessMetrics): AccessMetrics => {
      metrics = counter;
      if (tokens) counter.watches('TOKENS_FILE', tokens);
      if (policies) counter.watches('POLICIES_FILE', policies);
      return counter;
    },
  };
}
