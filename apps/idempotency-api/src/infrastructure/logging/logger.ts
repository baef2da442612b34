import { hash } from 'node:crypto';
import { pino, type DestinationStream, type Logger } from 'pino';
import { errorLine } from './error-line.js';

export type { Logger };

/**
 * Lines are written together once they fill so many bytes: a system call for each costs as much as making it. No more than
 * that, since the stream measures the whole text in hand again with each line: at 64 KiB a line cost twice as much.
 */
const BUFFER_BYTES = 4 * 1024;

/** …or after so many milliseconds: soon enough for somebody who watches. */
const FLUSH_EVERY_MS = 100;

/**
 * When nobody reads standard output, lines wait in memory up to here, and further ones are lost and counted. The calls
 * go on: a log that is stuck must not stop what it tells of.
 */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * JSON lines on standard output, buffered; written out when the process ends in any way but SIGKILL. Bodies, keys,
 * tokens and URLs are never handed to it; see `keyHash`.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'idempotency-api' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorLine },
  };
  return destination ? pino(options, destination) : buffered(options);
}

/** Names a key in a log without showing it: 16 hex digits of its SHA-256, enough to find it again. */
export function keyHash(key: string): string {
  return hash('sha256', key, 'hex').slice(0, 16);
}

function buffered(options: pino.LoggerOptions): Logger {
  const stdout = pino.destination({
    dest: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    maxWrite: 2 * BUFFER_BYTES,
    maxLength: MAX_WAITING_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
  });
  const logger = pino(options, stdout);
  let lost = 0;
  stdout.on('drop', () => {
    lost++;
  });
  stdout.on('drain', () => {
    if (lost === 0) return;
    const lines = lost;
    lost = 0;
    logger.error({ lines }, 'log lines were lost: nobody read standard output');
  });
  return logger;
}
