import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Hands the framework's own warnings and errors to our log; its chatter at start is of no use to anybody. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(): void {
    // Routes mapped, modules initialized: see /openapi.json instead.
  }

  warn(message: unknown): void {
    this.logger.warn({ from: 'nest' }, String(message));
  }

  error(message: unknown): void {
    this.logger.error({ from: 'nest' }, String(message));
  }

  fatal(message: unknown): void {
    this.logger.fatal({ from: 'nest' }, String(message));
  }
}
