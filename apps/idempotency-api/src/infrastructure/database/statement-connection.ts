import pg from 'pg';
import { PackedQuery } from './packed-query.js';
import type { Ended, SentPackedStatement, SentStatement } from './sent-statement.js';

export interface ConnectionOptions {
  /** Milliseconds for one statement. */
  readonly timeoutMs: number;
  /** It broke while nobody waited for it: it may be given back, and is of no more use. */
  onBroken(connection: StatementConnection, error: Error): void;
}

/**
 * A connection that was taken out of a pool. It sends one statement at a time, and each ends in its time: with an answer, or
 * with the connection.
 *
 * Not by pg's `query_timeout`, which makes the collector copy five times as much: it keeps a function as a property of the
 * query, and V8 puts such functions among its old objects. All that one of them refers to (the statement, its answer, who waits
 * for it) is taken for alive until the old objects are gone through (docs/performance.md).
 */
export class StatementConnection {
  /** Who waits for the statement that is on its way. */
  private waiting: Ended | undefined;
  /** Set back by each statement. It runs out behind the last one too, when nobody waits. */
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly options: ConnectionOptions,
  ) {
    client.on('error', this.onError);
    this.timer = setTimeout(() => {
      this.end(this.waiting, new Error(`no answer within ${options.timeoutMs} ms`));
    }, options.timeoutMs);
    this.timer.unref();
  }

  send(statement: SentStatement | SentPackedStatement, ended: Ended): void {
    this.waiting = ended;
    this.timer.refresh();
    const end: Ended = (error, rows) => {
      this.end(ended, error, rows);
    };
    try {
      this.client.query('isPacked' in statement ? new PackedQuery(statement, end) : toQuery(statement, end));
    } catch (error) {
      this.end(ended, error as Error);
    }
  }

  /** Gives it back to its pool, or closes it because of an error. */
  leave(error?: Error): void {
    clearTimeout(this.timer);
    this.client.removeListener('error', this.onError);
    this.client.release(error);
  }

  private readonly onError = (error: Error): void => {
    if (this.waiting) this.end(this.waiting, error);
    else this.options.onBroken(this, error);
  };

  /** Of several ends of one statement, the first counts: one that is given up still ends with its connection. */
  private end(waiting: Ended | undefined, error: Error | undefined, rows: pg.QueryResultRow[] = []): void {
    if (waiting === undefined || this.waiting !== waiting) return;
    this.waiting = undefined;
    waiting(error, rows);
  }
}

/** A query made here and not by the client, which would copy what it is made from, at the cost of some rows. */
function toQuery({ name, text, values }: SentStatement, ended: Ended): pg.Query {
  const query = new pg.Query(text, values, (error, result) => {
    ended(error ?? undefined, (result as pg.QueryResult<pg.QueryResultRow> | undefined)?.rows ?? []);
  });
  return Object.assign(query, { name });
}
