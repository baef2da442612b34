/** What a statement says of one record that it was given: its identity, and then the rest. */
export type RowOfRecord = readonly [identity: string, ...rest: unknown[]];

/**
 * What a statement said of each record, undefined where it said nothing. Statements go through what they are given in its order
 * and answer as they go, so that one walk along both finds out; a map of names would cost as much as the rest of a batch.
 * Throws if a row is not where the order has it: nobody is then told anything, and each item is sent again by itself.
 */
export function inGivenOrder<Row extends RowOfRecord>(
  given: readonly { readonly identity: string }[],
  rows: readonly Row[],
): (Row | undefined)[] {
  let next = 0;
  const found = given.map(({ identity }) => {
    const row = rows[next];
    if (row?.[0] !== identity) return undefined;
    next++;
    return row;
  });
  if (next < rows.length) throw new Error('a statement answered in another order than it was given');
  return found;
}
