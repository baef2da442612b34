import { startLocalPostgres, type LocalPostgres } from '@infra-services/local-postgres';
import pg from 'pg';

/** Megabytes of write-ahead log to be used again after each checkpoint: more than a case writes, or one round of it. */
export const WAL_OF = { case: 2_048, round: 512 } as const;

/**
 * A PostgreSQL that has run for a while, with the defaults of durability. A new one makes each segment of its
 * write-ahead log when it first needs it, which stalls every commit for some 40 ms each 16 MB; one that has been
 * through a few checkpoints uses old segments again. This one has written and recycled its share before anybody is
 * measured on it, for all sides alike; `Stores.checkpoint` recycles what a case has used up.
 */
export async function startAgedPostgres(dataDir: string, walMegabytes: number): Promise<LocalPostgres> {
  const server = await startLocalPostgres({
    dataDir,
    settings: { min_wal_size: `${walMegabytes}MB`, max_wal_size: `${2 * walMegabytes}MB` },
  });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(
      `SELECT count(pg_logical_emit_message(false, 'age', repeat('x', 1024 * 1024))) FROM generate_series(1, $1::int)`,
      [walMegabytes],
    );
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
  return server;
}
