import { TaskRunner, type TaskEvents } from '../../src/background/task-runner.js';
import type { Task } from '../../src/background/task.js';
import { Database } from '../../src/infrastructure/database/database.js';
import type { TestDatabase } from './database.js';
import type { World } from './world.js';

/** A task's row in Postgres. */
export interface StoredTask {
  readonly name: string;
  readonly holder: string | null;
  readonly term: number;
  readonly progress: Record<string, unknown> | null;
  readonly succeeded_at: Date | null;
}

/** The task as Postgres has it; undefined if nobody ever took it. */
export async function storedTask(database: TestDatabase, name: string): Promise<StoredTask | undefined> {
  const { rows } = await database.pool.query<StoredTask>(
    'SELECT name, holder, term::int, progress, succeeded_at FROM background_task WHERE name = $1',
    [name],
  );
  return rows[0];
}

/** A runner like the service's own, on the connections of a replica. The caller starts and stops it. */
export function runnerOf(
  world: World,
  replica: number,
  tasks: readonly Task[],
  options: { leaseMs?: number; events?: Partial<TaskEvents> } = {},
): TaskRunner {
  const nothing = (): void => undefined;
  return new TaskRunner(world.apps[replica]!.get(Database), tasks, {
    pollMs: 20,
    leaseMs: options.leaseMs ?? 2_000,
    events: { seen: nothing, began: nothing, ended: nothing, failed: nothing, ...options.events },
  });
}
