import { Client, DatabaseError } from 'pg';

/** On the same machine an answer takes a millisecond; a second without one is no answer. */
const PROBE_TIMEOUT_MS = 1_000;

/** The server is starting, recovering or shutting down (57P03 cannot_connect_now). */
const CANNOT_CONNECT_NOW = '57P03';

/** What is found at a port. */
export type Probe =
  | { kind: 'answers'; dataDirectory: string; clusterName: string }
  /** A Postgres, perhaps the one that is meant, that does not let anybody in at the moment. */
  | { kind: 'not_now' }
  /** Nobody, or somebody who does not know this password. */
  | { kind: 'not_ours'; error: Error };

/** Logs in at 127.0.0.1 with the cluster's password. Never throws: nobody at home is an answer. */
export async function probe(port: number, password: string): Promise<Probe> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: PROBE_TIMEOUT_MS,
  });
  // Without a listener an answer cut off between two calls would end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ dataDirectory: string; clusterName: string }>(
      `SELECT current_setting('data_directory') AS "dataDirectory", current_setting('cluster_name') AS "clusterName"`,
    );
    const [row] = rows;
    return row === undefined ? { kind: 'not_now' } : { kind: 'answers', ...row };
  } catch (error) {
    if (error instanceof DatabaseError && error.code === CANNOT_CONNECT_NOW) return { kind: 'not_now' };
    return { kind: 'not_ours', error: error instanceof Error ? error : new Error(String(error)) };
  } finally {
    await client.end().catch(() => undefined);
  }
}
