import type pg from 'pg';
import type { Ended, Parameter, SentPackedStatement } from './sent-statement.js';

/** A connection of pg's as it is, which its types say otherwise. */
interface Connection extends Pick<pg.Connection, 'stream' | 'sync'> {
  /** The texts of the statements that its session has prepared, by their names. */
  readonly parsedStatements: Readonly<Partial<Record<string, string>>>;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(call: { readonly statement: string; readonly values: readonly unknown[] }): void;
  execute(portal: { readonly portal: string; readonly rows: number }): void;
}

/**
 * A statement that answers one row of one JSON value, as pg sends what has a `submit` ("Submittable"). Its answer needs no
 * description, which for pg's own queries is a message each way, a parser looked up, and an object made as a model for rows: a
 * tenth of what a lone statement costs in Node.js (docs/performance.md).
 */
export class PackedQuery implements pg.Submittable {
  // pg remembers by these two what a connection has prepared.
  readonly name: string;
  readonly text: string;
  private readonly values: readonly Parameter[];
  private readonly answers: (string | null)[] = [];

  constructor(
    { name, text, values }: SentPackedStatement,
    private readonly ended: Ended,
  ) {
    this.name = name;
    this.text = text;
    this.values = values;
  }

  submit(given: pg.Connection): void {
    const connection = given as unknown as Connection;
    const { name, text, values } = this;
    connection.stream.cork();
    try {
      if (connection.parsedStatements[name] === undefined) connection.parse({ name, text });
      connection.bind({ statement: name, values: values.map(toSent) });
      connection.execute({ portal: '', rows: 0 });
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.answers.push(fields[0] ?? null);
  }

  handleCommandComplete(): void {
    // Rows say all.
  }

  handleReadyForQuery(): void {
    let rows: { readonly columns: unknown }[];
    try {
      rows = this.answers.map((answer) => ({
        columns: answer === null ? null : (JSON.parse(answer) as unknown),
      }));
    } catch (error) {
      this.ended(error as Error, []);
      return;
    }
    this.ended(undefined, rows);
  }

  handleError(error: Error): void {
    this.ended(error, []);
  }
}

/** As pg sends it: bytes as they are, all else as text. */
function toSent(value: Parameter): string | Buffer | null {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return typeof value === 'number' ? String(value) : value;
}
