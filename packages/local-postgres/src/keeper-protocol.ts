import type { LocalPostgresProblem } from './local-postgres-error.js';

/** What the keeper is started with, as JSON in its first argument; nothing secret, since `ps` shows it. */
export interface KeeperOptions {
  /** Absolute. */
  dataDir: string;
  /** Absent: a free port of the operating system's choice. */
  port?: number;
  settings: Readonly<Record<string, string>>;
}

/** Parent → keeper. A channel that closes means `stop`, so that a killed parent says it too. */
export type KeeperOrder = 'stop' | 'crash' | 'pause' | 'resume';

/** Keeper → parent. Exactly one of `ready` and `failed` comes, once. */
export type KeeperEvent =
  | { kind: 'log'; line: string }
  | { kind: 'ready'; port: number; password: string; postmasterPid: number }
  | { kind: 'failed'; problem: LocalPostgresProblem; message: string }
  | { kind: 'paused' }
  | { kind: 'resumed' }
  | { kind: 'refused'; message: string };
