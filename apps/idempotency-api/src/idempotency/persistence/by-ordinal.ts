/** What a statement says of one of the items that it was given: its place among them, from 1 on, and then the rest. */
export type NumberedRow = readonly [ordinal: number, ...rest: unknown[]];

/**
 * What a statement said of each of `count` items, undefined where it said nothing. Throws if a row belongs to none of them or to
 * one that has another: nobody is then told anything, and each item is sent again by itself.
 */
export function byOrdinal<Row extends NumberedRow>(count: number, rows: readonly Row[]): (Row | undefined)[] {
  const found = new Array<Row | undefined>(count).fill(undefined);
  for (const row of rows) {
    const index = row[0] - 1;
    if (!(index in found) || found[index] !== undefined) {
      throw new Error('a statement answered for an item that it was not given, or twice for one');
    }
    found[index] = row;
  }
  return found;
}
