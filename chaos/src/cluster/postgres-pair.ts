import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@infra-services/local-postgres';
import { until } from './processes.js';
import { asPostgres, PostgresServer } from './postgres-server.js';

/** A standby that was away has to fetch what it missed. Milliseconds. */
const IN_SYNC_WITHIN_MS = 20_000;

/** The database of the service. */
export const DATABASE = 'idempotency';

/** A primary and its synchronous standby: a commit is acknowledged when both have it. */
export class PostgresPair {
  private servers = 0;

  private constructor(
    private readonly folder: string,
    public primary: PostgresServer,
    public standby: PostgresServer,
  ) {}

  static async start(folder: string): Promise<PostgresPair> {
    const { uid, gid } = asPostgres();
    mkdirSync(folder);
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const primary = new PostgresServer(join(folder, '0'), await freePort(), join(folder, '0.log'));
    const pair = new PostgresPair(folder, primary, primary);
    await primary.initialise();
    await primary.start();
    await primary.query(`CREATE DATABASE ${DATABASE}`);
    await pair.addStandby();
    return pair;
  }

  /**
   * Resolves when the standby streams and has all that the primary has: only from then on may it be promoted. A commit
   * whose wait for the standby was cancelled (an ended session, a crash) can be seen on the primary before that, so a
   * standby that lags would lose what callers were told (docs/reliability.md).
   */
  async inSync(): Promise<void> {
    const [now] = await this.primary.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
    await until(
      'the standby in sync',
      async () => {
        const rows = await this.primary.query<{ ok: boolean }>(
          `SELECT bool_or(sync_state = 'sync' AND flush_lsn >= '${now?.lsn ?? ''}') AS ok FROM pg_stat_replication`,
        );
        return rows[0]?.ok === true;
      },
      IN_SYNC_WITHIN_MS,
    );
  }

  /**
   * The primary is destroyed, the standby takes its place. The pair is without a standby until `addStandby`. Resolves to
   * the instant before the promotion was asked for, by `performance.now()`.
   */
  async failOver(): Promise<number> {
    await this.inSync();
    const former = this.primary;
    await former.destroy();
    this.primary = this.standby;
    const askedAt = performance.now();
    await this.primary.query('SELECT pg_promote(true, 10)');
    // Alone, it must not wait for a standby that does not exist.
    await this.primary.query(`ALTER SYSTEM RESET synchronous_standby_names`);
    await this.primary.query('SELECT pg_reload_conf()');
    rmSync(former.dataDir, { recursive: true, force: true });
    return askedAt;
  }

  /** A new standby, made from the primary; synchronous when this resolves. */
  async addStandby(): Promise<void> {
    const name = String((this.servers += 1));
    const { folder } = this;
    this.standby = new PostgresServer(join(folder, name), await freePort(), join(folder, `${name}.log`));
    await this.standby.copyFrom(this.primary);
    await this.standby.start();
    await this.primary.query(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await this.primary.query('SELECT pg_reload_conf()');
    await this.inSync();
  }

  async stop(): Promise<void> {
    await this.standby.destroy();
    await this.primary.destroy();
  }
}
