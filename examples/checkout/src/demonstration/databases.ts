import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database for each process: none of them can look into another's books. */
export interface Databases {
  readonly orders: string;
  readonly provider: string;
  readonly shipping: string;
  remove(): Promise<void>;
}

/** New ones on a server that runs. */
export async function createDatabases(serverUrl: string): Promise<Databases> {
  const suffix = randomBytes(6).toString('hex');
  const names = [`orders_${suffix}`, `provider_${suffix}`, `shipping_${suffix}`];
  await administer(
    serverUrl,
    names.map((name) => `CREATE DATABASE ${name}`),
  );
  const [orders = '', provider = '', shipping = ''] = names.map((name) => databaseUrl(serverUrl, name));
  return {
    orders,
    provider,
    shipping,
    remove: () =>
      administer(
        serverUrl,
        names.map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      ),
  };
}

async function administer(serverUrl: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(serverUrl, 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
