import type pg from 'pg';
import type { NewOrder, Order, UnrecordedOutcome } from './order.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS customer_order (
    id text PRIMARY KEY,
    amount_cents integer NOT NULL CHECK (amount_cents > 0),
    card text NOT NULL,
    state text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'charging', 'paid', 'shipped', 'declined')),
    charge_id text,
    tracking_number text,
    unrecorded jsonb,
    CONSTRAINT charged_when_paid CHECK ((charge_id IS NOT NULL) = (state IN ('paid', 'shipped'))),
    CONSTRAINT tracked_when_shipped CHECK ((tracking_number IS NOT NULL) = (state = 'shipped'))
  );
  CREATE INDEX IF NOT EXISTS open_order ON customer_order (id) WHERE state IN ('received', 'charging', 'paid');`;

const COLUMNS = `id, amount_cents AS "amountCents", card, state, charge_id AS "chargeId",
  tracking_number AS "trackingNumber", unrecorded`;

/**
 * Every step names the state that it leads out of, so that a step done twice, or by another replica, changes nothing
 * the second time.
 */
export class OrderStore {
  constructor(private readonly pool: pg.Pool) {}

  async createSchema(): Promise<void> {
    await this.pool.query(SCHEMA);
  }

  /** Does nothing if the id is known: read the order to see whether it is the same one. */
  async receive(order: NewOrder): Promise<void> {
    await this.pool.query(
      'INSERT INTO customer_order (id, amount_cents, card) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
      [order.id, order.amountCents, order.card],
    );
  }

  async find(id: string): Promise<Order | null> {
    const { rows } = await this.pool.query<Order>(`SELECT ${COLUMNS} FROM customer_order WHERE id = $1`, [
      id,
    ]);
    return rows[0] ?? null;
  }

  /** Ids of orders that are not settled. */
  async open(): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM customer_order WHERE state IN ('received', 'charging', 'paid') ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  }

  async startCharging(id: string): Promise<void> {
    await this.pool.query(
      `UPDATE customer_order SET state = 'charging' WHERE id = $1 AND state = 'received'`,
      [id],
    );
  }

  async keepUnrecorded(id: string, unrecorded: UnrecordedOutcome): Promise<void> {
    await this.pool.query(`UPDATE customer_order SET unrecorded = $2 WHERE id = $1 AND state = 'charging'`, [
      id,
      JSON.stringify(unrecorded),
    ]);
  }

  async dropUnrecorded(id: string): Promise<void> {
    await this.pool.query('UPDATE customer_order SET unrecorded = NULL WHERE id = $1', [id]);
  }

  async markPaid(id: string, chargeId: string): Promise<void> {
    await this.pool.query(
      `UPDATE customer_order SET state = 'paid', charge_id = $2 WHERE id = $1 AND state = 'charging'`,
      [id, chargeId],
    );
  }

  async markDeclined(id: string): Promise<void> {
    await this.pool.query(
      `UPDATE customer_order SET state = 'declined' WHERE id = $1 AND state = 'charging'`,
      [id],
    );
  }

  async markShipped(id: string, trackingNumber: string): Promise<void> {
    await this.pool.query(
      `UPDATE customer_order SET state = 'shipped', tracking_number = $2 WHERE id = $1 AND state = 'paid'`,
      [id, trackingNumber],
    );
  }
}
