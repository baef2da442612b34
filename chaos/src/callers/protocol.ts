/** What a process of callers is started with, as JSON in its first argument. */
export interface CallersOptions {
  readonly client: 'sdk' | 'raw';
  readonly name: string;
  readonly historyFile: string;
  readonly seed: number;
  readonly run: string;
  readonly urls: readonly string[];
  readonly callers: number;
  readonly firstCaller: number;
  /** Of the machine's monotonic clock: when the first subject came up. */
  readonly beganMicros: number;
}

/** Process → parent: calls recorded since the last time. Parent → process: `stop`. */
export interface CallersProgress {
  readonly calls: number;
}
