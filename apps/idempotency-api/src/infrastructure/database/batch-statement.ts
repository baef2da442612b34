import type { Database } from './database.js';
import type { GivenRows } from './given-rows.js';
import { packed, type Expressions, type PackedStatement } from './packed-rows.js';

/** A statement on the rows that it is given, with an answer that travels packed. */
export class BatchStatement<Item, Row extends readonly unknown[]> {
  private readonly one: PackedStatement<Row>;
  private readonly many: PackedStatement<Row>;

  /** `statement` makes the text from the table of given rows; `answered` are expressions on the alias `w`, which is what it returns. */
  constructor(
    name: string,
    private readonly given: GivenRows<Item>,
    statement: (givenRows: string) => string,
    answered: Expressions<Row>,
  ) {
    this.one = packed(`${name}_one`, statement(given.one), answered);
    this.many = packed(name, statement(given.many), answered);
  }

  /** Throws `StoreFailure`. */
  async send(db: Database, items: readonly Item[]): Promise<readonly Row[]> {
    const statement = items.length === 1 ? this.one : this.many;
    return statement.unpack(await db.queryPacked(statement, this.given.parameters(items)));
  }
}
