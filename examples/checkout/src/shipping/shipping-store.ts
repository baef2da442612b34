import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** A mail can be sent twice: nothing in its table forbids it. A parcel cannot: booking it is safe to do again. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS parcel (
    order_id text PRIMARY KEY,
    tracking_number text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS mail (
    order_id text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX IF NOT EXISTS mail_of_order ON mail (order_id);`;

/** Stands for the carrier and the mail server, which remember what they were asked for. */
export class ShippingStore {
  constructor(private readonly pool: pg.Pool) {}

  async createSchema(): Promise<void> {
    await this.pool.query(SCHEMA);
  }

  /** Books the order's parcel, or finds it booked; the tracking number is the same. */
  async bookParcel(orderId: string): Promise<string> {
    const { rows } = await this.pool.query<{ trackingNumber: string }>(
      `INSERT INTO parcel (order_id, tracking_number) VALUES ($1, $2)
       ON CONFLICT (order_id) DO UPDATE SET order_id = EXCLUDED.order_id
       RETURNING tracking_number AS "trackingNumber"`,
      [orderId, randomUUID()],
    );
    const [parcel] = rows;
    if (!parcel) throw new Error(`The parcel of ${orderId} is neither new nor known.`);
    return parcel.trackingNumber;
  }

  async sendMail(orderId: string): Promise<void> {
    await this.pool.query('INSERT INTO mail (order_id) VALUES ($1)', [orderId]);
  }

  async counts(orderId: string): Promise<{ parcels: number; mails: number }> {
    const { rows } = await this.pool.query<{ parcels: number; mails: number }>(
      `SELECT (SELECT count(*)::int FROM parcel WHERE order_id = $1) AS parcels,
              (SELECT count(*)::int FROM mail WHERE order_id = $1) AS mails`,
      [orderId],
    );
    return rows[0] ?? { parcels: 0, mails: 0 };
  }
}
