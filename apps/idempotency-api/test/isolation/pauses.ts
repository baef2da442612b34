import type { TestDatabase } from '../support/database.js';

/**
 * Where a statement stops: `begun`, when it has its snapshot and has locked nothing, or `written`, when its rows are
 * locked and changed and nothing is committed.
 */
export type Point = 'begun' | 'written';

const classOf: Readonly<Record<Point, number>> = { begun: 1, written: 2 };

/** A statement that is to stop, and may go on when told. */
export interface Pause {
  /** Resolves once a statement has stopped. */
  reached(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Triggers in the test's own database, around every statement that writes records. At each point the first transaction
 * that comes takes the ticket (lock 1 of the point) and then the gate (lock 0), which stops it while a test holds that;
 * whoever comes meanwhile finds the ticket taken and passes. Lock timeouts are off while a statement stands at a gate,
 * since it waits for the test alone.
 */
const triggers = `
CREATE TABLE pause_at (pattern text NOT NULL);
INSERT INTO pause_at VALUES ('%');

CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$
BEGIN
  IF current_query() LIKE (SELECT pattern FROM pause_at) AND pg_try_advisory_xact_lock(TG_ARGV[0]::int, 1) THEN
    PERFORM pg_advisory_xact_lock(TG_ARGV[0]::int, 0);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER pause_begun BEFORE INSERT OR UPDATE OR DELETE ON idempotency_record
  FOR EACH STATEMENT EXECUTE FUNCTION pause(1);
CREATE TRIGGER pause_written AFTER INSERT OR UPDATE OR DELETE ON idempotency_record
  FOR EACH STATEMENT EXECUTE FUNCTION pause(2)`;

/** Adds the triggers. Until a pause is armed they stop nobody. */
export async function addPauses(database: TestDatabase): Promise<void> {
  await database.pool.query(triggers);
}

/** The next statement whose text is like the pattern stops at the point, and no other one. */
export async function armPause(database: TestDatabase, point: Point, pattern: string): Promise<Pause> {
  const gate = await database.pool.connect();
  await gate.query('UPDATE pause_at SET pattern = $1', [pattern]);
  await gate.query('SELECT pg_advisory_lock($1, 0)', [classOf[point]]);
  return {
    reached: async () => {
      while (!(await isAtGate(database, point)));
    },
    release: async () => {
      await gate.query('SELECT pg_advisory_unlock_all()');
      gate.release();
    },
  };
}

async function isAtGate(database: TestDatabase, point: Point): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objid = 0 AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [classOf[point]],
  );
  return rowCount !== 0;
}

/** Whether a statement of the service waits for what another one has locked. */
export async function somebodyWaitsForARow(database: TestDatabase): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'idempotency-api'
       AND wait_event_type = 'Lock' AND wait_event IN ('transactionid', 'tuple')`,
  );
  return rowCount !== 0;
}
