import { LocalPostgresError } from '@infra-services/local-postgres';
import { MigrationRefused } from './infrastructure/database/migrations.js';
import { ConfigRefused } from './config/config.js';

/** One line that says what is wrong and what to do, for a failure that an operator can mend; the error otherwise. */
export function explain(error: unknown): string {
  if (
    error instanceof ConfigRefused ||
    error instanceof MigrationRefused ||
    error instanceof LocalPostgresError
  ) {
    return error.message;
  }
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port ?? '?'} of ${address ?? 'this host'} is in use: stop the process that has it, or set PORT`;
    case 'EACCES':
      return `not allowed to listen on port ${port ?? '?'}: set PORT to one above 1023`;
    case 'EADDRNOTAVAIL':
      return `${address ?? 'the address'} is not an address of this machine: set HOST`;
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return `PostgreSQL cannot be reached (${code}): is it running, and is DATABASE_URL right?`;
    case '28P01':
    case '28000':
      return 'PostgreSQL refuses user or password: check DATABASE_URL';
    case '3D000':
      return 'the database named by DATABASE_URL does not exist: create it';
    case '42501':
      return 'the user of DATABASE_URL may not create tables in this database: grant it CREATE on schema public';
    default:
      return error instanceof Error ? `${error.name}: ${message}` : String(error);
  }
}
