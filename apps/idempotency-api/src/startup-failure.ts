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
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  const known = code === undefined ? undefined : explanations[code];
  if (known) return known({ code: code ?? '', port: port ?? 0, address: address ?? 'this host' });
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

interface Circumstances {
  readonly code: string;
  readonly port: number;
  readonly address: string;
}

const unreachable = ({ code }: Circumstances): string =>
  `PostgreSQL cannot be reached (${code}): is it running, and is DATABASE_URL right?`;

const refused = (): string => 'PostgreSQL refuses user or password: check DATABASE_URL';

/** By the codes of Node (listening, connecting) and of PostgreSQL (SQLSTATE). */
const explanations: Partial<Record<string, (circumstances: Circumstances) => string>> = {
  EADDRINUSE: ({ port, address }) =>
    `port ${port} of ${address} is in use: stop the process that has it, or set PORT`,
  EACCES: ({ port }) => `not allowed to listen on port ${port}: set PORT to one above 1023`,
  EADDRNOTAVAIL: ({ address }) => `${address} is not an address of this machine: set HOST`,
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  '28P01': refused,
  '28000': refused,
  '3D000': () => 'the database named by DATABASE_URL does not exist: create it',
  '42501': () =>
    'the user of DATABASE_URL may not create tables in this database: grant it CREATE on schema public',
};
