import pg from 'pg';

/** What the table of records takes on disk, in bytes. */
export interface TableSize {
  readonly rows: number;
  readonly heapBytes: number;
  /** By the index's name. */
  readonly indexBytes: Readonly<Record<string, number>>;
  readonly heapBytesPerRow: number;
  readonly indexBytesPerRow: number;
}

export async function tableSize(databaseUrl: string): Promise<TableSize> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const heap = await client.query<{ rows: number; bytes: number }>(
      `SELECT (SELECT count(*) FROM idempotency_record)::float8 AS rows,
              pg_relation_size('idempotency_record')::float8 AS bytes`,
    );
    const indexes = await client.query<{ name: string; bytes: number }>(
      `SELECT indexrelid::regclass::text AS name, pg_relation_size(indexrelid)::float8 AS bytes
       FROM pg_index WHERE indrelid = 'idempotency_record'::regclass ORDER BY 1`,
    );
    const { rows, bytes } = heap.rows[0] ?? { rows: 0, bytes: 0 };
    const allIndexes = indexes.rows.reduce((sum, index) => sum + index.bytes, 0);
    return {
      rows,
      heapBytes: bytes,
      indexBytes: Object.fromEntries(indexes.rows.map((index) => [index.name, index.bytes])),
      heapBytesPerRow: bytes / rows,
      indexBytesPerRow: allIndexes / rows,
    };
  } finally {
    await client.end();
  }
}

/** Removes all records, at once and with their space. */
export async function emptyTable(databaseUrl: string): Promise<void> {
  await run(databaseUrl, 'TRUNCATE idempotency_record');
}

/** Lets PostgreSQL look at the table now, as autovacuum would within a minute: plans made for an empty one end. */
export async function analyzeTable(databaseUrl: string): Promise<void> {
  await run(databaseUrl, 'ANALYZE idempotency_record');
}

/** Records whose retention is over. */
export async function countExpired(databaseUrl: string): Promise<number> {
  const [row] = await run(
    databaseUrl,
    'SELECT count(*)::float8 AS count FROM idempotency_record WHERE expires_at <= now()',
  );
  return row?.count ?? 0;
}

/** Takes the sweep from every replica, as an operator would, or lets it begin at once. */
export async function pauseSweep(databaseUrl: string, isPaused: boolean): Promise<void> {
  await run(
    databaseUrl,
    `UPDATE background_task SET paused = ${isPaused}, due_at = now() WHERE name = 'sweep'`,
  );
}

/** Bytes that the server has written to its log so far, for all of its databases. */
export async function walBytes(databaseUrl: string): Promise<number> {
  const [row] = await run(databaseUrl, `SELECT (pg_current_wal_lsn() - '0/0')::float8 AS count`);
  return row?.count ?? 0;
}

async function run(databaseUrl: string, statement: string): Promise<{ count: number }[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ count: number }>(statement)).rows;
  } finally {
    await client.end();
  }
}
