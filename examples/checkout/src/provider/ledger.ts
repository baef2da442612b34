import type pg from 'pg';

/** Money that moved. */
export interface LedgerEntry {
  readonly chargeId: string;
  readonly orderId: string;
  readonly amountCents: number;
  readonly fencingToken: number;
}

/** A charge that was asked for with a token below the order's fence. */
export interface Refusal {
  readonly orderId: string;
  readonly fencingToken: number;
}

/**
 * Nothing here makes a charge unique for an order: this provider takes the money as often as it is asked to. All it
 * does for its callers is to keep, for each order, the highest fencing token that it has seen.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS fence (
    order_id text PRIMARY KEY,
    fencing_token bigint NOT NULL
  );
  CREATE TABLE IF NOT EXISTS charge (
    charge_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    order_id text NOT NULL,
    amount_cents integer NOT NULL CHECK (amount_cents > 0),
    fencing_token bigint NOT NULL,
    charged_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX IF NOT EXISTS charge_of_order ON charge (order_id);
  CREATE TABLE IF NOT EXISTS refusal (
    order_id text NOT NULL,
    fencing_token bigint NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );`;

/**
 * Takes the row lock of the order's fence. Equal tokens pass: they are the same claim. No row: a higher one has been
 * here.
 */
const RAISE_FENCE = `
  INSERT INTO fence (order_id, fencing_token) VALUES ($1, $2)
  ON CONFLICT (order_id) DO UPDATE SET fencing_token = EXCLUDED.fencing_token
  WHERE fence.fencing_token <= EXCLUDED.fencing_token
  RETURNING order_id`;

const CHARGE_COLUMNS = `charge_id AS "chargeId", order_id AS "orderId", amount_cents AS "amountCents",
  fencing_token::float8 AS "fencingToken"`;

/** The provider's books. PostgreSQL orders all that happens to one order by the row lock of its fence. */
export class Ledger {
  constructor(private readonly pool: pg.Pool) {}

  async createSchema(): Promise<void> {
    await this.pool.query(SCHEMA);
  }

  /** Takes the money, unless the order's fence is above this token: then null, and the refusal is kept. */
  async charge(entry: Omit<LedgerEntry, 'chargeId'>): Promise<LedgerEntry | null> {
    const { orderId, amountCents, fencingToken } = entry;
    // One statement: the fence's lock is held until the charge is committed, so whoever raises the fence meanwhile waits.
    const { rows } = await this.pool.query<LedgerEntry>(
      `WITH passed AS (${RAISE_FENCE})
       INSERT INTO charge (order_id, amount_cents, fencing_token) SELECT order_id, $3, $2 FROM passed
       RETURNING ${CHARGE_COLUMNS}`,
      [orderId, fencingToken, amountCents],
    );
    const [charged] = rows;
    if (charged) return charged;
    await this.pool.query('INSERT INTO refusal (order_id, fencing_token) VALUES ($1, $2)', [
      orderId,
      fencingToken,
    ]);
    return null;
  }

  /** False: a higher token has been here. True: from now on no charge below this token is taken. */
  async raiseFence(orderId: string, fencingToken: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(RAISE_FENCE, [orderId, fencingToken]);
    return rowCount === 1;
  }

  /**
   * Final once the fence is raised, provided that it is a statement of its own: within the statement that waited for
   * the fence's lock, a charge committed during the wait would be invisible.
   */
  async charges(orderId: string): Promise<LedgerEntry[]> {
    const { rows } = await this.pool.query<LedgerEntry>(
      `SELECT ${CHARGE_COLUMNS} FROM charge WHERE order_id = $1 ORDER BY charged_at`,
      [orderId],
    );
    return rows;
  }

  async refusals(orderId: string): Promise<Refusal[]> {
    const { rows } = await this.pool.query<Refusal>(
      `SELECT order_id AS "orderId", fencing_token::float8 AS "fencingToken"
       FROM refusal WHERE order_id = $1 ORDER BY refused_at`,
      [orderId],
    );
    return rows;
  }
}
