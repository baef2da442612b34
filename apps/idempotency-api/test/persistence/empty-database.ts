import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** A database without our schema, for what happens before there is one. */
export interface EmptyDatabase {
  readonly url: string;
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const name = `test_empty_${randomBytes(6).toString('hex')}`;
  const url = new URL(inject('postgresUrl'));
  url.pathname = '/postgres';
  await runOn(url.href, `CREATE DATABASE ${name} TEMPLATE template0`);
  const administration = url.href;
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: (sql) => runOn(url.href, sql),
    drop: async () => {
      await runOn(administration, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function runOn<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
