import type pg from 'pg';

/** A statement as PostgreSQL is sent it. */
export interface SentStatement {
  /** PostgreSQL keeps the plan under this name, on each connection; without one, none is kept. */
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

/** A value for one `$n`. */
export type Parameter = string | number | Uint8Array | null;

/** A statement that answers one row, of one JSON value that is named `columns`. */
export interface SentPackedStatement extends SentStatement {
  readonly name: string;
  readonly values: Parameter[];
  readonly isPacked: true;
}

/** The one row that a packed statement answers: its rows' values column by column, each null if there are no rows. */
export type PackedAnswer = Readonly<Record<'columns', readonly (readonly unknown[] | null)[]>>;

/** What became of a statement: its rows, or why there are none. */
export type Ended = (error: Error | undefined, rows: pg.QueryResultRow[]) => void;
