import type { Statement } from './database.js';

/** The one row that a packed statement answers: its rows as arrays of values, null if there are none. */
export type PackedAnswer = Readonly<Record<'rows', readonly (readonly unknown[])[] | null>>;

/** A statement whose rows travel as one value, and what makes them rows again. */
export interface PackedStatement<Row> extends Statement {
  /** Throws if it is not the answer of a packed statement. */
  unpack(answers: readonly PackedAnswer[]): Row[];
}

/**
 * Wraps a statement that returns rows so that it answers one JSON value: an array of rows, each an array of its columns.
 * The driver spends several times as long on a row of its protocol as on an element of such an array, and as long on
 * each column that it has to be told of (docs/performance.md). `columns` are expressions on the alias `w`.
 */
export function packed<Row extends object>(
  name: string,
  statement: string,
  columns: Readonly<Record<keyof Row, string>>,
): PackedStatement<Row> {
  const names = Object.keys(columns) as (keyof Row)[];
  const values = names.map((column) => columns[column]).join(',\n  ');
  return {
    name,
    sql: `WITH w AS (${statement})\nSELECT json_agg(json_build_array(\n  ${values})) AS rows\nFROM w`,
    unpack: ([answer, ...others]) => {
      if (!answer || others.length > 0) throw new Error('a packed statement answers exactly one row');
      if (answer.rows === null) return [];
      return answer.rows.map((row) => toRow(names, row));
    },
  };
}

function toRow<Row extends object>(names: readonly (keyof Row)[], values: readonly unknown[]): Row {
  if (values.length !== names.length)
    throw new Error('a row of a packed statement has another number of columns');
  const row: Partial<Record<keyof Row, unknown>> = {};
  for (const [index, name] of names.entries()) row[name] = values[index];
  return row as Row;
}

/** The select expression of a time as milliseconds since the epoch: JSON has no dates, and reads numbers fastest. */
export function milliseconds(time: string): string {
  return `date_part('epoch', ${time}) * 1000`;
}
