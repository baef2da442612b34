import { LocalPostgresError } from '@infra-services/local-postgres';
import { DatabaseRefused } from './infrastructure/database/database-refused.js';
import { DatabaseNotReached, MigrationRefused } from './infrastructure/database/migrations.js';
import { ConfigRefused } from './config/config.js';
import { KeysRefused } from './infrastructure/encryption/key-ring.js';
import { FileRefused } from './infrastructure/files/file-refused.js';

/** The service could not listen where HOST and PORT tell it to; the cause says why. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';

  constructor(cause: unknown) {
    super('cannot listen', { cause });
  }
}

/** One line that says what is wrong and what to do, for a failure that an operator can mend; the error otherwise. */
export function explain(error: unknown): string {
  if (
    error instanceof ConfigRefused ||
    error instanceof DatabaseRefused ||
    error instanceof KeysRefused ||
    error instanceof FileRefused ||
    error instanceof MigrationRefused ||
    error instanceof LocalPostgresError
  ) {
    return error.message;
  }
  if (error instanceof CannotListen) return explainListening(error.cause as ListenError);
  if (error instanceof DatabaseNotReached) return explainConnecting(error.cause as NodeJS.ErrnoException);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === '42501') {
    return 'the user of DATABASE_URL may not create tables in this database: grant it CREATE on schema public';
  }
  return error instanceof Error ? `${error.name}: ${message}` : String(error);
}

type ListenError = NodeJS.ErrnoException & { port?: number; address?: string };

function explainListening({ code, message, port, address }: ListenError): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port ?? '?'} of ${address ?? 'this host'} is in use: stop the process that has it, or set PORT`;
    case 'EACCES':
      return `not allowed to listen on port ${port ?? '?'}: set PORT to one above 1023`;
    case 'EADDRNOTAVAIL':
      return `${address ?? 'the address'} is not an address of this machine: set HOST`;
    case undefined:
    default:
      return `cannot listen (${message}): check HOST and PORT`;
  }
}

function explainConnecting({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return `PostgreSQL cannot be reached (${code}): is it running, and is DATABASE_URL right?`;
    case 'ERR_INVALID_URL':
      return 'DATABASE_URL is not a valid URL: percent-encode what is special in user and password';
    case '28P01':
    case '28000':
      return 'PostgreSQL refuses user or password: check DATABASE_URL';
    case '3D000':
      return 'the database named by DATABASE_URL does not exist: create it';
    case undefined:
    default:
      return `PostgreSQL cannot be reached (${message}): is it running, and is DATABASE_URL right?`;
  }
}
