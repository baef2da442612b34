import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { readMetric } from '../load/metrics.js';

/** What the service and PostgreSQL have taken since they started; a difference of two is what happened between. */
export interface Costs {
  /** CPU time of the service's process, in microseconds. */
  readonly serviceUs: number;
  /** CPU time of PostgreSQL's processes, in microseconds; without autovacuum's, which come and go. */
  readonly postgresUs: number;
  /** Bytes of PostgreSQL's log. */
  readonly walBytes: number;
}

/** A tick of /proc, on every Linux that Node.js runs on. */
const TICK_US = 10_000;

/** PostgreSQL has to run on this machine: its CPU time is in /proc. */
export async function costsSoFar(url: string, databaseUrl: string): Promise<Costs> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number; wal: number }>(
      `SELECT pid, (pg_current_wal_lsn() - '0/0')::float8 AS wal FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND backend_type <> 'autovacuum worker'`,
    );
    const ticks = await Promise.all(rows.map(({ pid }) => cpuTicks(pid)));
    return {
      serviceUs: (await readMetric(url, 'process_cpu_seconds_total')) * 1e6,
      postgresUs: ticks.reduce((sum, each) => sum + each, 0) * TICK_US,
      walBytes: rows[0]?.wal ?? 0,
    };
  } finally {
    await client.end();
  }
}

/** utime and stime of proc(5); none for a process that has just ended. */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return 0;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
