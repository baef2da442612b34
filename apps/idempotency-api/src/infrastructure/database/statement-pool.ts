import pg from 'pg';

/** pg's `QueryConfig` and what its types leave out. */
interface TimedQuery extends pg.QueryConfig {
  /** Milliseconds. */
  readonly query_timeout: number;
}

type Ended<Row extends pg.QueryResultRow> = (
  error: Error | null | undefined,
  result?: pg.QueryResult<Row>,
) => void;

/** Pooled connections, on which every statement ends in its time: with an answer, or with its connection. */
export class StatementPool {
  /** For Prisma's adapter, which asks it for a promise of each statement; for nobody else. */
  readonly pool: pg.Pool;

  /** @param timeoutMs for one statement. */
  constructor(
    options: pg.PoolConfig,
    private readonly timeoutMs: number,
  ) {
    this.pool = new pg.Pool(options);
    const query = this.pool.query.bind(this.pool) as (config: TimedQuery) => unknown;
    this.pool.query = ((config: pg.QueryConfig) =>
      query({ ...config, query_timeout: timeoutMs })) as pg.Pool['query'];
  }

  /**
   * The rows that one statement answers. Rejects with pg's error, or because there was no answer in time; the connection is
   * then closed, as nobody knows what it would still say.
   *
   * Not by pg's `query_timeout`, which makes the collector copy five times as much: it keeps a function as a property of the
   * query, and V8 puts such functions among its old objects. All that one of them refers to (the statement, its answer, who waits
   * for it) is taken for alive until the old objects are gone through (docs/performance.md).
   */
  send<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.pool.connect((failure, client, release) => {
        if (!client) {
          reject(failure ?? new Error('the pool gave no connection'));
          return;
        }
        this.sendOn<Row>(client, statement, (error, result) => {
          release(error ?? undefined);
          if (result) resolve(result.rows);
          else reject(error ?? new Error('the statement was not answered'));
        });
      });
    });
  }

  private sendOn<Row extends pg.QueryResultRow>(
    client: pg.ClientBase,
    statement: pg.QueryConfig,
    ended: Ended<Row>,
  ): void {
    let isOver = false;
    const end: Ended<Row> = (error, result) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      client.removeListener('error', end);
      ended(error, error ? undefined : result);
    };
    const timer = setTimeout(() => {
      end(new Error(`no answer within ${this.timeoutMs} ms`));
    }, this.timeoutMs);
    client.once('error', end);
    try {
      client.query<Row>(statement, end);
    } catch (error) {
      end(error as Error);
    }
  }
}
