import type { Statement } from './database.js';

/** The one row that a packed statement answers: its rows as arrays of values, null if there are none. */
export type PackedAnswer = Readonly<Record<'rows', readonly (readonly unknown[])[] | null>>;

/** An expression for each value of a row, by the names that the row's tuple type gives them. */
export type Expressions<Row extends readonly unknown[]> = { readonly [Index in keyof Row]: string };

/** A statement whose rows travel as one value, and what takes them out of it. */
export interface PackedStatement<Row> extends Statement {
  /** Throws if it is not the answer of a packed statement. */
  unpack(answers: readonly PackedAnswer[]): readonly Row[];
}

/**
 * Wraps a statement that returns rows so that it answers one JSON value: an array of rows, each an array of its values.
 * The driver spends several times as long on a row of its protocol as on an element of such an array, and as long on
 * each column that it has to be told of (docs/performance.md); and rows that stay arrays need not be made anything else.
 * `values` are expressions on the alias `w`.
 */
export function packed<Row extends readonly unknown[]>(
  name: string,
  statement: string,
  values: Expressions<Row>,
): PackedStatement<Row> {
  const row = `json_build_array(\n  ${values.join(',\n  ')})`;
  return {
    name,
    sql: `WITH w AS (${statement})\nSELECT json_agg(${row}) AS rows\nFROM w`,
    unpack: ([answer, ...others]) => {
      if (!answer || others.length > 0) throw new Error('a packed statement answers exactly one row');
      const rows = answer.rows ?? [];
      if (rows.some((each) => each.length !== values.length)) {
        throw new Error('a row of a packed statement has another number of values');
      }
      return rows as unknown as readonly Row[];
    },
  };
}

/** The select expression of a time as milliseconds since the epoch: JSON has no dates, and reads numbers fastest. */
export function milliseconds(time: string): string {
  return `date_part('epoch', ${time}) * 1000`;
}
