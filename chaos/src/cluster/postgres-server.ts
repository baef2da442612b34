import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { signalTree } from './process-tree.js';
import { startProgram, until, type Program } from './processes.js';

const run = promisify(execFile);

/** Where Debian's packages put PostgreSQL, a folder a version. */
const DEBIAN = '/usr/lib/postgresql';

/** A crash leaves backends that notice it late, and a recovery of what was not checkpointed. Milliseconds. */
const START_WITHIN_MS = 30_000;

/** What every server is started with; the rest is PostgreSQL's defaults. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=80',
  'wal_level=replica',
  'max_wal_senders=8',
  'wal_sender_timeout=4s',
  'wal_receiver_timeout=4s',
  'wal_retrieve_retry_interval=200ms',
  'log_min_messages=warning',
];

/** One PostgreSQL server on a data directory of its own, on 127.0.0.1. */
export class PostgresServer {
  private program: Program | undefined;

  constructor(
    readonly dataDir: string,
    readonly port: number,
    private readonly logFile: string,
  ) {}

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  get pid(): number {
    return this.program?.pid ?? 0;
  }

  async initialise(): Promise<void> {
    await run(binary('initdb'), ['-D', this.dataDir, '-U', 'postgres', '-A', 'trust', '-N'], asPostgres());
  }

  /** A standby that follows the given server. */
  async copyFrom(primary: PostgresServer): Promise<void> {
    const source = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres'];
    const how = ['-D', this.dataDir, '-R', '-X', 'stream', '-c', 'fast', '-N'];
    await run(binary('pg_basebackup'), [...source, ...how], asPostgres());
  }

  /** Starts it, through recovery where it crashed; resolves when it answers. */
  async start(): Promise<void> {
    const args = ['-D', this.dataDir, '-p', String(this.port), ...settings.flatMap((one) => ['-c', one])];
    await until(
      `PostgreSQL on port ${this.port}`,
      async () => {
        // Backends of a killed server keep its memory until they notice: then it ends at once, and is tried again.
        if (this.program?.isRunning !== true)
          this.program = startProgram(binary('postgres'), args, this.logFile, asPostgres());
        await this.query('SELECT 1');
        return true;
      },
      START_WITHIN_MS,
    );
  }

  /** The signal to the postmaster alone; its backends end when they notice. */
  async end(signal: NodeJS.Signals): Promise<void> {
    await this.program?.end(signal);
  }

  /**
   * Ends as a machine does that loses power: all processes at one instant. A backend that outlives its postmaster gives up
   * its wait for the standby, and until the others have noticed too they show that commit to whoever asks.
   */
  async destroy(): Promise<void> {
    if (this.program === undefined) return;
    signalTree(this.program.pid, 'SIGSTOP');
    signalTree(this.program.pid, 'SIGKILL');
    await this.program.ended;
  }

  /** One statement on a connection of its own. */
  async query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** A session, to be ended by whoever asked for it; what breaks it is told to its next statement. */
  async connect(database = 'postgres'): Promise<pg.Client> {
    const connectionString = this.url.replace(/postgres$/u, database);
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 15_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}

/** Newest version first; `CHAOS_POSTGRES_BIN` names another folder. */
function binary(name: string): string {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one))
    : [];
  const folders = [process.env.CHAOS_POSTGRES_BIN ?? '', ...versions.map((one) => join(DEBIAN, one, 'bin'))];
  const folder = folders.find((one) => existsSync(join(one, name)));
  if (folder === undefined)
    throw new Error(
      `there is no ${name} in ${DEBIAN}: install Debian's package postgresql, or set CHAOS_POSTGRES_BIN`,
    );
  return join(folder, name);
}

/** PostgreSQL refuses to run as root. */
export function asPostgres(): { uid?: number; gid?: number; cwd: string } {
  if (process.getuid?.() !== 0) return { cwd: '/' };
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g'), cwd: '/' };
}
