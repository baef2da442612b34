import type { TestDatabase } from '../support/database.js';

/** Every column of every row of every table, a line a row: what a dump of the database holds. */
export async function dump(database: TestDatabase): Promise<string[]> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const lines = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await database.pool.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`);
      return rows.map(({ line }) => `${name}: ${line}`);
    }),
  );
  return lines.flat();
}
