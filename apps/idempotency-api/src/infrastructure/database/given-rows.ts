import type { Parameter } from './sent-statement.js';
import { bytesArray, plainArray, textArray } from './array-literal.js';

/** One column of the rows that a statement is given: one value as a parameter, or those of all rows as an array. */
export interface GivenColumn<Item> {
  /** The SQL type of one value. */
  readonly type: string;
  one(item: Item): Parameter;
  many(items: readonly Item[]): string;
}

export function text<Item>(of: (item: Item) => string | null): GivenColumn<Item> {
  return { type: 'text', one: of, many: (items) => textArray(items.map(of)) };
}

/** Values whose text is never special: numbers, UUIDs, labels of enums. */
export function plain<Item>(type: string, of: (item: Item) => string | number | null): GivenColumn<Item> {
  return { type, one: of, many: (items) => plainArray(items.map(of)) };
}

export function bytes<Item>(of: (item: Item) => Uint8Array): GivenColumn<Item> {
  return { type: 'bytea', one: of, many: (items) => bytesArray(items.map(of)) };
}

/**
 * The rows that a statement is given, as a table of its FROM clause, with their place in it from 1 on as `ordinal` if they are
 * numbered. `one` takes a row that comes alone: taking arrays apart is a fifth of such a statement's time. `many` does so in a select
 * list, where rows are made one by one; as a table, `unnest` fills a store for each array first (docs/performance.md).
 */
export class GivenRows<Item> {
  readonly one: string;
  readonly many: string;
  private readonly columns: readonly GivenColumn<Item>[];

  constructor(
    alias: string,
    columns: Readonly<Record<string, GivenColumn<Item>>>,
    { isNumbered = false }: { readonly isNumbered?: boolean } = {},
  ) {
    this.columns = Object.values(columns);
    const select = (expressions: readonly string[], ordinal: string): string => {
      const values = Object.keys(columns).map((name, index) => `${expressions[index]} AS ${name}`);
      return `(SELECT ${[...values, ...(isNumbered ? [`${ordinal} AS ordinal`] : [])].join(', ')}) AS ${alias}`;
    };
    const single = this.columns.map(({ type }, index) => `$${index + 1}::${type}`);
    const arrays = single.map((parameter) => `${parameter}[]`);
    this.one = select(single, '1');
    this.many = select(
      arrays.map((array) => `unnest(${array})`),
      `generate_subscripts(${arrays[0]}, 1)`,
    );
  }

  /** For `one` where there is one item, otherwise for `many`. */
  parameters(items: readonly Item[]): Parameter[] {
    const [first] = items;
    if (first !== undefined && items.length === 1) return this.columns.map((column) => column.one(first));
    return this.columns.map((column) => column.many(items));
  }
}
