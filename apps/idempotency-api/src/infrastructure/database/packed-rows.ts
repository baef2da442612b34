import type { Statement } from './database.js';
import type { PackedAnswer } from './sent-statement.js';

/** An expression for each value of a row, by the names that the row's tuple type gives them. */
export type Expressions<Row extends readonly unknown[]> = { readonly [Index in keyof Row]: string };

/** A statement whose rows travel as one value, and what takes them out of it. */
export interface PackedStatement<Row> extends Statement {
  /** Throws if it is not the answer of a packed statement. */
  unpack(answers: readonly PackedAnswer[]): readonly Row[];
}

/**
 * Wraps a statement that returns rows so that it answers one JSON value: an array for each column, of its values in all rows.
 * The driver spends several times as long on a row of its protocol as on an element of such an array, and as long on
 * each column that it has to be told of; and PostgreSQL looks up once for a column, and not once for a value, how it is written
 * (docs/performance.md). `values` are expressions on the alias `w`.
 */
export function packed<Row extends readonly unknown[]>(
  name: string,
  statement: string,
  values: Expressions<Row>,
): PackedStatement<Row> {
  const columns = values.map((value) => `json_agg(${value})`);
  return {
    name,
    sql: `WITH w AS (${statement})\nSELECT json_build_array(\n  ${columns.join(',\n  ')}) AS columns\nFROM w`,
    unpack: ([answer, ...others]) => {
      if (!answer || others.length > 0) throw new Error('a packed statement answers exactly one row');
      const { columns: answered } = answer;
      if (answered.length !== values.length) {
        throw new Error('a row of a packed statement has another number of values');
      }
      if (answered.some((column) => column?.length !== answered[0]?.length)) {
        throw new Error('a column of a packed statement has another number of rows');
      }
      return rowsOf(answered) as unknown as readonly Row[];
    },
  };
}

/** The rows that stand column by column: a value of each column makes one. */
function rowsOf(columns: PackedAnswer['columns']): (readonly unknown[])[] {
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column?.[row]));
}

/** The select expression of a time as whole milliseconds since the epoch: JSON has no dates, and reads short numbers fastest. */
export function milliseconds(time: string): string {
  return `floor(date_part('epoch', ${time}) * 1000)`;
}
