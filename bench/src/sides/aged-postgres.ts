import { startLocalPostgres, type LocalPostgres } from '@infra-services/local-postgres';
import pg from 'pg';

/** Write-ahead log that is there to be used again after each checkpoint: more than a case writes. */
const WAL_MEGABYTES = 2_048;

/**
 * A PostgreSQL that has run for a while, with the defaults of durability. A new one makes each segment of its
 * write-ahead log when it first needs it, which stalls every commit for some 40 ms each 16 MB; one that has been
 * through a few checkpoints uses old segments again. This one has written and recycled its share before anybody is
 * measured on it, for all sides alike; `Stores.checkpoint` recycles what a case has used up.
 */
export async function startAgedPostgres(dataDir: string): Promise<LocalPostgres> {
  const server = await startLocalPostgres({
    dataDir,
    settings: { min_wal_size: `${WAL_MEGABYTES}MB`, max_wal_size: `${2 * WAL_MEGABYTES}MB` },
  });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(
      `SELECT count(pg_logical_emit_message(false, 'age', repeat('x', 1024 * 1024))) FROM generate_series(1, $1::int)`,
      [WAL_MEGABYTES],
    );
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
  return server;
}
