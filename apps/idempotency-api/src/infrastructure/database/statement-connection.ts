import pg from 'pg';

/** A statement as PostgreSQL is sent it. */
export interface SentStatement {
  /** PostgreSQL keeps the plan under this name, on each connection; without one, none is kept. */
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

/** What became of a statement: its rows, or why there are none. */
export type Ended = (error: Error | undefined, rows: pg.QueryResultRow[]) => void;

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

  send(statement: SentStatement, ended: Ended): void {
    this.waiting = ended;
    this.timer.refresh();
    // A query made here and not by the client, which would copy what it is made from, at the cost of some rows.
    const query = new pg.Query(statement.text, statement.values, (error, result) => {
      this.end(ended, error ?? undefined, (result as pg.QueryResult | undefined)?.rows);
    });
    try {
      this.client.query(Object.assign(query, { name: statement.name }));
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
