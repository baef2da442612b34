import pg from 'pg';
import type { Ended, SentPackedStatement, SentStatement } from './sent-statement.js';
import { StatementConnection } from './statement-connection.js';

/** pg's `QueryConfig` and what its types leave out. */
interface TimedQuery extends pg.QueryConfig {
  /** Milliseconds. */
  readonly query_timeout: number;
}

/** pg's own number of connections. */
const DEFAULT_MAX = 10;

/**
 * Pooled connections, on which every statement ends in its time: with an answer, or with its connection.
 *
 * Those that have just answered a statement are kept for the next one, half of all at the most and as long as nobody else wants
 * one: to give it back and take it out again, with timers set and listeners put on and off, costs as much as sending a statement.
 */
export class StatementPool {
  /** For Prisma's adapter, which asks it for a promise of each statement; for nobody else. */
  readonly pool: pg.Pool;

  private readonly kept: StatementConnection[] = [];
  private readonly max: number;
  private isEnding = false;

  /** @param timeoutMs for one statement. */
  constructor(
    options: pg.PoolConfig,
    private readonly timeoutMs: number,
  ) {
    this.max = options.max ?? DEFAULT_MAX;
    this.pool = new pg.Pool(options);
    const query = this.pool.query.bind(this.pool) as (config: TimedQuery) => unknown;
    this.pool.query = ((config: pg.QueryConfig) => {
      this.makeRoom();
      return query({ ...config, query_timeout: timeoutMs });
    }) as pg.Pool['query'];
  }

  /**
   * The rows that one statement answers. Rejects with pg's error, or because there was no answer in time; the connection is
   * then closed, as nobody knows what it would still say.
   */
  send<Row extends pg.QueryResultRow>(statement: SentStatement | SentPackedStatement): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const ended: Ended = (error, rows) => {
        if (error) reject(error);
        else resolve(rows as Row[]);
      };
      const kept = this.kept.pop();
      if (kept) this.sendOn(kept, statement, ended);
      else this.sendOnAnother(statement, ended);
    });
  }

  /** Connections in all, those that nobody uses, and statements that wait for one. */
  get state(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount, waitingCount: waiting } = this.pool;
    return { total, idle: idleCount + this.kept.length, waiting };
  }

  /** Closes all connections, once their statements have ended. */
  async end(): Promise<void> {
    this.isEnding = true;
    for (const connection of this.kept.splice(0)) connection.leave();
    await this.pool.end();
  }

  private sendOn(
    connection: StatementConnection,
    statement: SentStatement | SentPackedStatement,
    ended: Ended,
  ): void {
    connection.send(statement, (error, rows) => {
      if (!error && this.mayKeep()) this.kept.push(connection);
      else connection.leave(error);
      ended(error, rows);
    });
  }

  private mayKeep(): boolean {
    return !this.isEnding && this.pool.waitingCount === 0 && this.kept.length < Math.floor(this.max / 2);
  }

  /** One that is kept and idle is given back before somebody would wait for another one. */
  private makeRoom(): void {
    if (this.pool.idleCount === 0 && this.pool.totalCount >= this.max) this.kept.pop()?.leave();
  }

  private sendOnAnother(statement: SentStatement | SentPackedStatement, ended: Ended): void {
    this.pool.connect((failure, client) => {
      if (client) this.sendOn(this.connectionOf(client), statement, ended);
      else ended(failure ?? new Error('the pool gave no connection'), []);
    });
  }

  private connectionOf(client: pg.PoolClient): StatementConnection {
    return new StatementConnection(client, {
      timeoutMs: this.timeoutMs,
      onBroken: (connection, error) => {
        this.kept.splice(this.kept.indexOf(connection), 1);
        connection.leave(error);
        this.pool.emit('error', error, client);
      },
    });
  }
}
