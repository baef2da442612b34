import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.js';
import { StoreFailure } from '../../errors/store-failure.js';
import type { Tracing } from '../tracing/tracing.js';
import { classify } from './classify.js';
import type { PackedAnswer, Parameter, SentPackedStatement, SentStatement } from './sent-statement.js';
import { StatementPool } from './statement-pool.js';

/** How to reach PostgreSQL. Durations in milliseconds. */
export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** For a row that another session holds: at most `LOCK_SHARE` of a statement's time. */
  readonly lockTimeoutMs: number;
  /** Told of connections that break while idle; the pool replaces them by itself. */
  readonly onConnectionLost: (error: Error) => void;
  readonly tracing?: Tracing | undefined;
}

/** One SQL text with `$n` parameters, sent as a prepared statement under its name. */
export interface Statement {
  /** Unique within the service: PostgreSQL keeps the plan under this name, per connection. */
  readonly name: string;
  readonly sql: string;
}

/**
 * A wait for a row's lock takes at most this share of a statement's time, so that it is told from a silent server: a call
 * must get an answer within the two seconds that callers are promised, after one wait within its batch and one by itself.
 */
const LOCK_SHARE = 3 / 8;

/**
 * Every statement here goes to its rows by an index. A prepared statement keeps its plan, and one that was made while the
 * table was young would go on reading all of it when it has grown, until the next ANALYZE: so those plans are ruled out.
 */
const PLAN_BY_INDEX = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/** SQLSTATE of a write on a standby. */
const READ_ONLY = '25006';

const ping: Statement = {
  name: 'ping',
  sql: `SELECT current_setting('transaction_read_only')::boolean AS is_read_only`,
};

/** The one door to PostgreSQL: statements in, rows or a classified `StoreFailure` out. */
export class Database {
  private readonly statements: StatementPool;
  private readonly prisma: PrismaClient;
  private readonly names = new Map<string, string>();
  private readonly tracing: Tracing | undefined;
  private isClosed = false;

  constructor(options: DatabaseOptions) {
    this.tracing = options.tracing;
    // Both ends give up: ours, so that callers get an answer from a silent server; the server's, so that a statement
    // that nobody waits for does not go on.
    this.statements = new StatementPool(
      {
        connectionString: options.url,
        max: options.poolSize,
        connectionTimeoutMillis: options.connectTimeoutMs,
        statement_timeout: options.statementTimeoutMs,
        lock_timeout: Math.min(options.lockTimeoutMs, Math.floor(options.statementTimeoutMs * LOCK_SHARE)),
        options: PLAN_BY_INDEX,
        keepAlive: true,
        application_name: 'idempotency-api',
      },
      options.statementTimeoutMs,
    );
    const { pool } = this.statements;
    // Connections say goodbye in their own time; a server that stops meanwhile is no news any more.
    const onConnectionLost = (error: Error): void => {
      if (!this.isClosed) options.onConnectionLost(error);
    };
    pool.on('error', onConnectionLost);
    const adapter = new PrismaPg(pool, {
      onConnectionError: onConnectionLost,
      statementNameGenerator: ({ sql }) => this.names.get(sql) ?? '',
    });
    this.prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
  }

  /** Runs one statement in a transaction of its own. Throws `StoreFailure`. */
  query<Row>(statement: Statement, parameters: readonly unknown[]): Promise<Row[]> {
    return this.traced(statement, () => this.runInPrisma<Row>(statement, parameters));
  }

  private async runInPrisma<Row>(statement: Statement, parameters: readonly unknown[]): Promise<Row[]> {
    this.names.set(statement.sql, statement.name);
    try {
      return await this.prisma.$queryRawUnsafe<Row[]>(statement.sql, ...parameters);
    } catch (error) {
      const sqlState = sqlStateOf(error);
      throw new StoreFailure(classify(sqlState), sqlState, error);
    }
  }

  /**
   * As `query`, through the same pool and past Prisma's client, whose share of a batch is as much as the driver's
   * (docs/performance.md): for the statements that every call waits for.
   */
  queryBatch<Row extends pg.QueryResultRow>(
    statement: Statement,
    parameters: readonly unknown[],
  ): Promise<Row[]> {
    const { name, sql: text } = statement;
    return this.traced(statement, () => this.runInPool<Row>({ name, text, values: [...parameters] }));
  }

  /** As `queryBatch`, for a statement that answers one row of one JSON value: it is spared the description of its answer. */
  queryPacked(statement: Statement, parameters: readonly Parameter[]): Promise<PackedAnswer[]> {
    const { name, sql: text } = statement;
    return this.traced(statement, () =>
      this.runInPool<PackedAnswer>({ name, text, values: [...parameters], isPacked: true }),
    );
  }

  private async runInPool<Row extends pg.QueryResultRow>(
    statement: SentStatement | SentPackedStatement,
  ): Promise<Row[]> {
    try {
      return await this.statements.send<Row>(statement);
    } catch (error) {
      const sqlState = error instanceof pg.DatabaseError ? (error.code ?? null) : null;
      throw new StoreFailure(classify(sqlState), sqlState, error);
    }
  }

  /** The pool's connections, and the statements that wait for one. */
  poolState(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    return this.statements.state;
  }

  /** Whether statements are answered and may write now: a standby answers, yet grants nothing. Throws `StoreFailure` if not. */
  async ping(): Promise<void> {
    const [session] = await this.query<{ is_read_only: boolean }>(ping, []);
    if (session?.is_read_only !== false) throw new StoreFailure('unavailable', READ_ONLY, undefined);
  }

  private traced<Rows>(statement: Statement, run: () => Promise<Rows>): Promise<Rows> {
    return this.tracing ? this.tracing.statement(statement.name, run) : run();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.prisma.$disconnect();
    await this.statements.end();
  }
}

/** Prisma reports failures of raw statements as P2010 and keeps the driver's SQLSTATE in the metadata. */
function sqlStateOf(error: unknown): string | null {
  const meta = (error as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } }).meta;
  const code = meta?.driverAdapterError?.cause?.originalCode;
  return typeof code === 'string' ? code : null;
}
