/** One row that holds a column of many: what `packed` selects. A column is null if there were no rows. */
export type PackedRows<Row> = { [Column in keyof Row]: Row[Column][] | null };

/**
 * Wraps a statement that returns rows so that it answers one row, each column a JSON array. The driver spends four
 * times as long on a row of its protocol as on an element of such an array (docs/performance.md). `columns` are
 * expressions on the alias `w`.
 */
export function packed(statement: string, columns: Readonly<Record<string, string>>): string {
  const packs = Object.entries(columns).map(([name, expression]) => `json_agg(${expression}) AS ${name}`);
  return `WITH w AS (${statement})\nSELECT ${packs.join(',\n  ')}\nFROM w`;
}

/** The rows again. Throws if columns are of different lengths: then nobody can tell what belongs together. */
export function unpack<Row extends object>([answer]: readonly PackedRows<Row>[]): Row[] {
  if (!answer) throw new Error('a packed statement answers exactly one row');
  const columns = Object.entries(answer) as [keyof Row, Row[keyof Row][] | null][];
  const count = columns[0]?.[1]?.length ?? 0;
  for (const [, values] of columns) {
    if ((values?.length ?? 0) !== count)
      throw new Error('a packed statement answered columns of different lengths');
  }
  return Array.from({ length: count }, (_, index) => {
    const row: Partial<Row> = {};
    for (const [name, values] of columns) row[name] = values?.[index];
    return row as Row;
  });
}

/** The select expression of a time as milliseconds since the epoch: JSON has no dates, and reads numbers fastest. */
export function milliseconds(time: string): string {
  return `date_part('epoch', ${time}) * 1000`;
}
