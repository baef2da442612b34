import type { JsonValue } from '@infra-services/idempotency-contract';
import type { Database } from '../../infrastructure/database/database.js';

/** A task as some replica has left it. */
export interface TaskRow {
  name: string;
  /** Nobody holds it, and nobody has paused it. */
  is_free: boolean;
  is_due: boolean;
  is_paused: boolean;
  progress: JsonValue;
  /** Seconds since the epoch. */
  succeeded_at_s: number | null;
}

/** Reads all tasks, a few short rows, without locks. Only a take decides. */
const statement = {
  name: 'look_at_tasks',
  sql: `
SELECT name,
  NOT paused AND (lease_until IS NULL OR lease_until <= now()) AS is_free,
  due_at <= now() AS is_due,
  paused AS is_paused,
  progress,
  date_part('epoch', succeeded_at) AS succeeded_at_s
FROM background_task`,
};

/** Every task that was ever taken. Throws `StoreFailure`. */
export function lookAtTasks(db: Database): Promise<TaskRow[]> {
  return db.query<TaskRow>(statement, []);
}
